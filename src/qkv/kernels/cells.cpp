#include <qkv/kernels/cells.h>
#include <qkv/kernels/vector_math.h>

namespace qkv::kernels {

void lstm_cell(Scalar* __restrict gates, const Scalar* __restrict c_before, Index batch, Index h, Scalar* __restrict c,
               Scalar* __restrict h_out) {
  for (Index b = 0; b < batch; ++b, gates += 4 * h, c_before += h, c += h, h_out += h) {
    sigmoid(gates, gates, 2 * h);
    tanh(gates + 2 * h, gates + 2 * h, h);
    sigmoid(gates + 3 * h, gates + 3 * h, h);
    const Scalar *i = gates, *f = i + h, *g = f + h, *o = g + h;
    for (Index j = 0; j < h; ++j) c[j] = f[j] * c_before[j] + i[j] * g[j];
    tanh(c, h_out, h);
    for (Index j = 0; j < h; ++j) h_out[j] *= o[j];
  }
}

void lstm_cell_gradient(const Scalar* __restrict dh, const Scalar* __restrict gates, const Scalar* __restrict c_before,
                        const Scalar* __restrict c, Index batch, Index h, Scalar* __restrict dc, Scalar* __restrict dgates) {
  for (Index b = 0; b < batch; ++b, dh += h, gates += 4 * h, c_before += h, c += h, dc += h, dgates += 4 * h) {
    const Scalar *i = gates, *f = i + h, *g = f + h, *o = g + h;
    Scalar *di = dgates, *df = di + h, *dg = df + h, *dout = dg + h;
    tanh(c, dout, h);  // t, until its place is needed
    for (Index j = 0; j < h; ++j) {
      Scalar t = dout[j];
      Scalar dcell = dc[j] + dh[j] * o[j] * (1 - t * t);
      dout[j] = dh[j] * t * o[j] * (1 - o[j]);
      di[j] = dcell * g[j] * i[j] * (1 - i[j]);
      df[j] = dcell * c_before[j] * f[j] * (1 - f[j]);
      dg[j] = dcell * i[j] * (1 - g[j] * g[j]);
      dc[j] = dcell * f[j];
    }
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
