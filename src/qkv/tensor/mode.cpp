#include <qkv/tensor/mode.h>

namespace qkv {
namespace {
thread_local bool recording = true;
thread_local bool in_training = true;
thread_local bool inspecting = false;
}  // namespace

NoGrad::NoGrad() : before_(recording) { recording = false; }
NoGrad::~NoGrad() { recording = before_; }

EvalMode::EvalMode() : before_(in_training) { in_training = false; }
EvalMode::~EvalMode() { in_training = before_; }

FindAnomaly::FindAnomaly() : before_(inspecting) { inspecting = true; }
FindAnomaly::~FindAnomaly() { inspecting = before_; }

bool grad_enabled() { return recording; }
bool training() { return in_training; }
bool finding_anomalies() { return inspecting; }

}  // namespace qkv
