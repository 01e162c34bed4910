#include <qkv/datasets/text_pairs.h>
#include <qkv/tensor/check.h>

// Sentences that are made up for when the real ones are not there: a few patterns, in which words change their order from English to French.

namespace qkv::datasets {
namespace {

struct Noun {
  const char *english, *french;
  bool feminine;
};
struct Adjective {
  const char *english, *masculine, *feminine;
};
struct Thing {
  const char *english, *french;
};

const std::vector<Noun> kinds{
    {"editor", "éditeur", false},    {"converter", "convertisseur", false}, {"library", "bibliothèque", true}, {"tool", "outil", false},
    {"viewer", "visionneuse", true}, {"compiler", "compilateur", false},    {"interface", "interface", true},  {"server", "serveur", false},
    {"program", "programme", false}, {"application", "application", true},  {"module", "module", false},       {"client", "client", false}};
const std::vector<Adjective> adjectives{
    {"fast", "rapide", "rapide"}, {"graphical", "graphique", "graphique"},      {"powerful", "puissant", "puissante"},
    {"free", "libre", "libre"},   {"interactive", "interactif", "interactive"}, {"light", "léger", "légère"}};
const std::vector<Thing> things{{"images", "images"},
                                {"XML files", "fichiers XML"},
                                {"time series", "séries temporelles"},
                                {"mail", "courriels"},
                                {"fonts", "polices"},
                                {"sound files", "fichiers de son"},
                                {"graphs", "graphes"},
                                {"maps", "cartes"},
                                {"matrices", "matrices"},
                                {"tables", "tableaux"},
                                {"archives", "archives"},
                                {"web pages", "pages web"},
                                {"passwords", "mots de passe"},
                                {"dates", "dates"}};
const std::vector<Thing> languages{{"Python", "Python"}, {"Perl", "Perl"}, {"Java", "Java"}, {"Ruby", "Ruby"}, {"Haskell", "Haskell"}};
const std::vector<Thing> parts{{"documentation", "documentation"},
                               {"data files", "fichiers de données"},
                               {"development files", "fichiers de développement"},
                               {"library", "bibliothèque"}};
const std::vector<const char*> syllables{"ba", "cor", "di",  "fen", "go",  "lu",  "mar", "nix",
                                         "or", "pel", "qua", "ri",  "sto", "tan", "vex", "zu"};

template <class Item>
const Item& any(const std::vector<Item>& items, Rng& rng) {
  return items[static_cast<std::size_t>(rng.below(static_cast<Index>(items.size())))];
}

/// A name of three syllables and, now and then, of four.
std::string any_name(Rng& rng) {
  std::string name;
  for (Index n = 3 + rng.below(4) / 3; n > 0; --n) name += any(syllables, rng);
  return name;
}

/// "la bibliothèque ", "l'outil ", "le serveur ".
std::string with_article(const Noun& noun) {
  const std::string french = noun.french;
  const bool vowel = std::string("aeiou\xc3").find(french[0]) != std::string::npos;  // é begins with the byte c3
  return (vowel ? "l'" : noun.feminine ? "la " : "le ") + french;
}

TextPair translation(Rng& rng) {
  const Noun& kind = any(kinds, rng);
  const Adjective& adjective = any(adjectives, rng);
  const Thing &thing = any(things, rng), &language = any(languages, rng), &part = any(parts, rng);
  const std::string how = kind.feminine ? adjective.feminine : adjective.masculine, name = any_name(rng);
  const std::string k = kind.english, a = adjective.english, t = thing.english, l = language.english, p = part.english;
  switch (rng.below(8)) {
    case 0: return {"", a + " " + k + " for " + t, kind.french + (" " + how) + " pour " + thing.french};
    case 1: return {"", k + " for " + t + " in " + l, kind.french + std::string(" pour ") + thing.french + " en " + language.french};
    case 2: return {"", l + " " + k + " for " + t, kind.french + (" " + l) + " pour " + thing.french};
    case 3: return {"", a + " " + l + " " + k, kind.french + (" " + l) + " " + how};
    case 4: return {"", p + " for the " + a + " " + k, part.french + std::string(" pour ") + with_article(kind) + " " + how};
    case 5:
      return {"", p + " for the " + l + " " + k + " for " + t,
              part.french + std::string(" pour ") + with_article(kind) + " " + l + " pour " + thing.french};
    case 6: {
      const Thing& other = any(things, rng);
      return {"", a + " " + k + " for " + t + " and " + other.english,
              kind.french + (" " + how) + " pour " + thing.french + " et " + other.french};
    }
    default: return {"", p + " for " + name, part.french + std::string(" pour ") + name};
  }
}

}  // namespace

std::vector<TextPair> made_up_translations(Integer count, Rng& rng) {
  require(count >= 0, "made_up_translations: count is ", count, ": must not be negative");
  std::vector<TextPair> pairs;
  while (static_cast<Index>(pairs.size()) < count) {
    pairs.push_back(translation(rng));
    pairs.back().group = "made-up " + std::to_string(pairs.size());
  }
  return pairs;
}

std::vector<TextPair> made_up_summaries(Integer count, Rng& rng) {
  require(count >= 0, "made_up_summaries: count is ", count, ": must not be negative");
  std::vector<TextPair> pairs;
  while (static_cast<Index>(pairs.size()) < count) {
    const std::string name = any_name(rng), thing = any(things, rng).english;
    const std::string kind = std::string(any(adjectives, rng).english) + " " + any(kinds, rng).english, part = any(parts, rng).english;
    std::vector<std::string> sentences{name + " is a " + kind + " for " + thing + ".",
                                       std::string("It is written in ") + any(languages, rng).english + " and is easy to use.",
                                       "It works with " + std::string(any(things, rng).english) + " too."};
    std::string text;
    for (Index i : rng.permutation(3)) text += sentences[static_cast<std::size_t>(i)] + " ";
    const bool whole = rng.below(2) == 0;
    if (!whole) text += "This package contains the " + part + ".";
    pairs.push_back({"made-up " + std::to_string(pairs.size()), text, kind + " for " + thing + (whole ? "" : " - " + part)});
  }
  return pairs;
}

}  // namespace qkv::datasets
