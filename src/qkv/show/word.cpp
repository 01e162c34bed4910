#include <qkv/show/word.h>

#include <utility>

namespace qkv::show {

Word::Word(const char* text) : std::string(text) {}
Word::Word(const std::string& text) : std::string(text) {}
Word::Word(const Word& other) = default;
Word& Word::operator=(const Word& other) = default;
Word::~Word() = default;

namespace {
const std::string& plain(const Word& word) { return word; }
}  // namespace

Word operator+(const Word& a, const Word& b) { return plain(a) + plain(b); }
Word operator+(const Word& a, std::string b) { return plain(a) + std::move(b); }
Word operator+(std::string a, const Word& b) { return std::move(a) + plain(b); }
Word operator+(const char* a, const Word& b) { return a + plain(b); }
Word operator+(const Word& a, const char* b) { return plain(a) + b; }

Words::Words(std::initializer_list<std::string_view> words) : List(std::vector<std::string>(words.begin(), words.end())) {}
Words::Words(const std::vector<std::string>& words) : List(words) {}
void Words::push_back(std::string_view word) { emplace_back(word); }

}  // namespace qkv::show
