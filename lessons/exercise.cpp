#define DOCTEST_CONFIG_IMPLEMENT
#include "exercise.h"

#include <qkv/show/text.h>

#include <iostream>

// Runs the checks of one exercise and says in plain words how it stands:
//     my_exercise [--count | --no-hints]      with --count only "2 of 3 right"
// Returns 0 if all checks are right, 1 if one is wrong or still to be written.

namespace exercise {

static bool only_count = false, no_hints = false;

namespace {

const std::string hole = "(still to be written)";

/// How each check ended.
struct Plain : doctest::IReporter {
  std::ostream& out;
  const doctest::TestCaseData* test = nullptr;
  std::vector<std::string> wrong;
  bool written = true, hinted = false;
  int right = 0, all = 0;

  explicit Plain(const doctest::ContextOptions& options) : out(*options.cout) {}

  void test_case_start(const doctest::TestCaseData& data) override {
    test = &data;
    wrong.clear();
    written = true;
  }
  void test_case_exception(const doctest::TestCaseException& thrown) override {
    const std::string message = thrown.error_string.c_str();
    if (message == hole) written = false;
    else wrong.push_back(message);
  }
  void log_assert(const doctest::AssertData& data) override {
    if (!data.m_failed) return;
    std::string text;
    for (int i = 0; i < get_num_active_contexts(); ++i) {
      std::ostringstream context;
      get_active_contexts()[i]->stringify(&context);
      text += context.str();
    }
    wrong.push_back(text.empty() ? data.m_expr : text);
  }
  void log_message(const doctest::MessageData& data) override { out << "           " << data.m_string << '\n'; }  // MESSAGE(x) prints x
  void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
    const bool is_right = written && wrong.empty() && stats.failure_flags == 0;
    ++all;
    right += is_right;
    if (only_count) return;
    out << (is_right ? "  right    " : written ? "  wrong    " : "  not yet  ") << test->m_name << std::endl;
    if (is_right) return;
    for (const std::string& text : written ? wrong : std::vector<std::string>{}) {
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) out << "             " << line << '\n';
    }
    if (test->m_description == nullptr || hinted || no_hints) return;
    hinted = true;  // one at a time: the next part may depend on this one
    const std::vector<std::string> hint = show::wrap(std::string("Hint: ") + test->m_description, 87);
    out << "           " << joined(hint, "           ") << std::endl;  // at once: what follows may crash
  }
  void test_run_end(const doctest::TestRunStats&) override {
    if (only_count) out << right << " of " << all << " right\n";
    else if (right == all) out << "\nAll " << all << " are right.\n";
    else out << '\n' << right << " of " << all << " are right.\n";
    out << std::flush;
  }
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
};
REGISTER_REPORTER("plain", 1, Plain);
REGISTER_EXCEPTION_TRANSLATOR(const NotYet&) { return doctest::String(hole.c_str()); }

}  // namespace

void report(bool is_right, const std::string& message) { CHECK_MESSAGE(is_right, message); }

}  // namespace exercise

int main(int argc, char** argv) {
  doctest::Context context;
  context.setOption("reporters", "plain");
  context.setOption("order-by", "file");
  context.setOption("no-breaks", true);
  context.setOption("no-version", true);
  context.setOption("no-intro", true);
  exercise::only_count = argc > 1 && std::string(argv[1]) == "--count";
  exercise::no_hints = argc > 1 && std::string(argv[1]) == "--no-hints";
  return context.run();
}
