#pragma once
#include <qkv/tensor/scalar.h>

// One step of a recurrent cell for a batch of B rows, after the matrix products; each gate has h numbers per row. In each row, the
// pre-activations and gradients of the gates lie side by side, in PyTorch's order: i f g o (LSTM), r z n (GRU).

namespace qkv::kernels {

/// gates (B, 4h): holds W x + U h, adds `bias` (4h), returns the activations.   c = f c_before + i g,  h_out = o tanh(c).
void lstm_cell(Scalar* gates, const Scalar* bias, const Scalar* c_before, Index batch, Index h, Scalar* c, Scalar* h_out);
/// Gradient of h_out = dh_up + dh, of c = dc_up + dc (B, h): dh_up, dc_up from above, dh, dc from the step after. Overwrites dc with the
/// gradient of c_before. Gives dgates (B, 4h), the gradients of the pre-activations. With t = tanh(c):
/// dc += dh o (1 - t^2);  di = dc g i(1-i),  df = dc c_before f(1-f),  dg = dc i (1-g^2),  do = dh t o(1-o);  dc_before = dc f.
void lstm_cell_gradient(const Scalar* dh_up, const Scalar* dc_up, const Scalar* dh, const Scalar* gates, const Scalar* c_before,
                        const Scalar* c, Index batch, Index h, Scalar* dc, Scalar* dgates);

/// gates and hidden (B, 3h): W x and U h_before come in; the activations, and in the last h of hidden U_n h_before + b'_n, go out. It adds `bias`
/// b and `hidden_bias` b' (3h).   n = tanh(W_n x + b_n + r (U_n h_before + b'_n)),  h_out = (1-z) n + z h_before.
void gru_cell(Scalar* gates, Scalar* hidden, const Scalar* bias, const Scalar* hidden_bias, const Scalar* h_before, Index batch, Index h,
              Scalar* h_out);
/// From dh_up + dh, the gradient of h_out: dgates of W x + b, dhidden of U h_before + b'. Overwrites dh with what reaches h_before directly.
/// With dh for the sum:  dn = dh (1-z)(1-n^2),  dz = dh (h_before - n) z(1-z),  dr = dn hidden_n r(1-r);  dhidden = dr, dz, dn r;  dh_before = dh z.
void gru_cell_gradient(const Scalar* dh_up, const Scalar* gates, const Scalar* hidden, const Scalar* h_before, Index batch, Index h,
                       Scalar* dh, Scalar* dgates, Scalar* dhidden);

}  // namespace qkv::kernels
