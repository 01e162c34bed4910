#include <qkv/kernels/recurrent_cells.h>
#include <qkv/kernels/simd.h>
#include <qkv/kernels/vector_math.h>

namespace qkv::kernels {

void lstm_cell(Scalar* gates, const Scalar* bias, const Scalar* c_before, Index batch, Index h, Scalar* c, Scalar* h_out) {
  for (Index b = 0; b < batch; ++b, gates += 4 * h, c_before += h, c += h, h_out += h)
    for_registers(h, [&](Index j, auto numbers) {
      Scalar* at = gates + j;
      auto gate = [&](Index place) { return numbers.load(at + place * h) + numbers.load(bias + j + place * h); };
      Batch i = sigmoid(gate(0)), f = sigmoid(gate(1)), g = tanh(gate(2)), o = sigmoid(gate(3));
      Batch cell = f * numbers.load(c_before + j) + i * g;
      numbers.store(i, at);
      numbers.store(f, at + h);
      numbers.store(g, at + 2 * h);
      numbers.store(o, at + 3 * h);
      numbers.store(cell, c + j);
      numbers.store(o * tanh(cell), h_out + j);
    });
}

void lstm_cell_gradient(const Scalar* dh_up, const Scalar* dc_up, const Scalar* dh, const Scalar* gates, const Scalar* c_before,
                        const Scalar* c, Index batch, Index h, Scalar* dc, Scalar* dgates) {
  for (Index b = 0; b < batch; ++b, dh_up += h, dc_up += h, dh += h, gates += 4 * h, c_before += h, c += h, dc += h, dgates += 4 * h)
    for_registers(h, [&](Index j, auto numbers) {
      const Batch one(Scalar(1));
      const Scalar* at = gates + j;
      Batch i = numbers.load(at), f = numbers.load(at + h), g = numbers.load(at + 2 * h), o = numbers.load(at + 3 * h);
      Batch t = tanh(numbers.load(c + j)), up = numbers.load(dh_up + j) + numbers.load(dh + j);
      Batch dcell = numbers.load(dc_up + j) + numbers.load(dc + j) + up * o * (one - t * t);
      numbers.store(dcell * g * i * (one - i), dgates + j);
      numbers.store(dcell * numbers.load(c_before + j) * f * (one - f), dgates + h + j);
      numbers.store(dcell * i * (one - g * g), dgates + 2 * h + j);
      numbers.store(up * t * o * (one - o), dgates + 3 * h + j);
      numbers.store(dcell * f, dc + j);
    });
}

void gru_cell(Scalar* gates, Scalar* hidden, const Scalar* bias, const Scalar* hidden_bias, const Scalar* h_before, Index batch, Index h,
              Scalar* h_out) {
  for (Index b = 0; b < batch; ++b, gates += 3 * h, hidden += 3 * h, h_before += h, h_out += h)
    for_registers(h, [&](Index j, auto numbers) {
      const Batch one(Scalar(1));
      auto of_input = [&](Index place) { return numbers.load(gates + j + place * h) + numbers.load(bias + j + place * h); };
      auto of_hidden = [&](Index place) { return numbers.load(hidden + j + place * h) + numbers.load(hidden_bias + j + place * h); };
      Batch r = sigmoid(of_input(0) + of_hidden(0)), z = sigmoid(of_input(1) + of_hidden(1)), u = of_hidden(2);
      Batch n = tanh(of_input(2) + r * u);
      numbers.store(r, gates + j);
      numbers.store(z, gates + h + j);
      numbers.store(n, gates + 2 * h + j);
      numbers.store(u, hidden + 2 * h + j);
      numbers.store((one - z) * n + z * numbers.load(h_before + j), h_out + j);
    });
}

void gru_cell_gradient(const Scalar* dh_up, const Scalar* gates, const Scalar* hidden, const Scalar* h_before, Index batch, Index h,
                       Scalar* dh, Scalar* dgates, Scalar* dhidden) {
  for (Index b = 0; b < batch; ++b, dh_up += h, gates += 3 * h, hidden += 3 * h, h_before += h, dh += h, dgates += 3 * h, dhidden += 3 * h)
    for_registers(h, [&](Index j, auto numbers) {
      const Batch one(Scalar(1));
      Batch r = numbers.load(gates + j), z = numbers.load(gates + h + j), n = numbers.load(gates + 2 * h + j);
      Batch up = numbers.load(dh_up + j) + numbers.load(dh + j), dn = up * (one - z) * (one - n * n);
      Batch dz = up * (numbers.load(h_before + j) - n) * z * (one - z), dr = dn * numbers.load(hidden + 2 * h + j) * r * (one - r);
      for (Scalar* side : {dgates, dhidden}) {
        numbers.store(dr, side + j);
        numbers.store(dz, side + h + j);
      }
      numbers.store(dn, dgates + 2 * h + j);
      numbers.store(dn * r, dhidden + 2 * h + j);
      numbers.store(up * z, dh + j);
    });
}

}  // namespace qkv::kernels
