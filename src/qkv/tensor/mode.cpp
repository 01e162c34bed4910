#include <qkv/tensor/mode.h>

namespace qkv {
namespace {
thread_local bool recording = true, in_training = true, inspecting = false;
}  // namespace

NoGrad::NoGrad() : ModeGuard(recording, false) {}
EvalMode::EvalMode() : ModeGuard(in_training, false) {}
FindAnomaly::FindAnomaly() : ModeGuard(inspecting, true) {}
InnerSteps::InnerSteps() = default;
InnerSteps::Uninspected::Uninspected() : ModeGuard(inspecting, false) {}

bool grad_enabled() { return recording; }
bool training() { return in_training; }
bool finding_anomalies() { return inspecting; }

}  // namespace qkv
