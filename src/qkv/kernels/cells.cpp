#include <qkv/kernels/cells.h>
#include <qkv/kernels/simd.h>
#include <qkv/kernels/vector_math.h>

namespace qkv::kernels {

void lstm_cell(Scalar* gates, const Scalar* bias, const Scalar* c_before, Index batch, Index h, Scalar* c, Scalar* h_out) {
  for (Index b = 0; b < batch; ++b, gates += 4 * h, c_before += h, c += h, h_out += h)
    for (Index j = 0; j < h; j += width) {
      Index left = h - j;
      Scalar* at = gates + j;
      auto gate = [&](Index place) { return load(at + place * h, left) + load(bias + j + place * h, left); };
      Batch i = sigmoid(gate(0)), f = sigmoid(gate(1)), g = tanh(gate(2)), o = sigmoid(gate(3));
      Batch cell = f * load(c_before + j, left) + i * g;
      store(i, at, left);
      store(f, at + h, left);
      store(g, at + 2 * h, left);
      store(o, at + 3 * h, left);
      store(cell, c + j, left);
      store(o * tanh(cell), h_out + j, left);
    }
}

void lstm_cell_gradient(const Scalar* dh_up, const Scalar* dc_up, const Scalar* dh, const Scalar* gates, const Scalar* c_before,
                        const Scalar* c, Index batch, Index h, Scalar* dc, Scalar* dgates) {
  for (Index b = 0; b < batch; ++b, dh_up += h, dc_up += h, dh += h, gates += 4 * h, c_before += h, c += h, dc += h, dgates += 4 * h)
    for (Index j = 0; j < h; j += width) {
      const Batch one(Scalar(1));
      Index left = h - j;
      const Scalar* at = gates + j;
      Batch i = load(at, left), f = load(at + h, left), g = load(at + 2 * h, left), o = load(at + 3 * h, left);
      Batch t = tanh(load(c + j, left)), up = load(dh_up + j, left) + load(dh + j, left);
      Batch dcell = load(dc_up + j, left) + load(dc + j, left) + up * o * (one - t * t);
      store(dcell * g * i * (one - i), dgates + j, left);
      store(dcell * load(c_before + j, left) * f * (one - f), dgates + h + j, left);
      store(dcell * i * (one - g * g), dgates + 2 * h + j, left);
      store(up * t * o * (one - o), dgates + 3 * h + j, left);
      store(dcell * f, dc + j, left);
    }
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
