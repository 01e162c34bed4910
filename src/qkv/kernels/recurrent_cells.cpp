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

void gru_cell(Scalar* __restrict gates, const Scalar* __restrict hidden, const Scalar* __restrict h_before, Index batch, Index h,
              Scalar* __restrict h_out) {
  for (Index b = 0; b < batch; ++b, gates += 3 * h, hidden += 3 * h, h_before += h, h_out += h) {
    for (Index j = 0; j < 2 * h; ++j) gates[j] += hidden[j];
    sigmoid(gates, gates, 2 * h);
    Scalar *r = gates, *z = r + h, *n = z + h;
    for (Index j = 0; j < h; ++j) n[j] += r[j] * hidden[2 * h + j];
    tanh(n, n, h);
    for (Index j = 0; j < h; ++j) h_out[j] = (1 - z[j]) * n[j] + z[j] * h_before[j];
  }
}

void gru_cell_gradient(const Scalar* __restrict gates, const Scalar* __restrict hidden, const Scalar* __restrict h_before, Index batch,
                       Index h, Scalar* __restrict dh, Scalar* __restrict dgates, Scalar* __restrict dhidden) {
  for (Index b = 0; b < batch; ++b, gates += 3 * h, hidden += 3 * h, h_before += h, dh += h, dgates += 3 * h, dhidden += 3 * h) {
    const Scalar *r = gates, *z = r + h, *n = z + h;
    for (Index j = 0; j < h; ++j) {
      Scalar dn = dh[j] * (1 - z[j]) * (1 - n[j] * n[j]);
      Scalar dz = dh[j] * (h_before[j] - n[j]) * z[j] * (1 - z[j]);
      Scalar dr = dn * hidden[2 * h + j] * r[j] * (1 - r[j]);
      dgates[j] = dhidden[j] = dr;
      dgates[h + j] = dhidden[h + j] = dz;
      dgates[2 * h + j] = dn;
      dhidden[2 * h + j] = dn * r[j];
      dh[j] *= z[j];
    }
  }
}

}  // namespace qkv::kernels
