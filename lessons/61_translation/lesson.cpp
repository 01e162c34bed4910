// data: descriptions
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "by_hand.h"
#include "translators.h"

namespace {

void the_question(show::Lesson& lesson, const Corpus& corpus) {
  lesson.section("The question");
  lesson.say("One sentence is read, another is written, in another language, of another length, in another order. lesson 61: " +
             corpus.texts.source + (lesson.quick() ? ". (Without --quick: real ones.)" : "."));
  for (Index i = 0; i < 4; ++i) {
    const datasets::TextPair& pair = corpus.texts.train[static_cast<std::size_t>(i * 37)];
    lesson.show("English", pair.from);
    lesson.show("French", pair.to);
  }
  Index words = 0;
  for (Index length : corpus.train.lengths()) words += length;
  lesson.name_columns(33);
  lesson.show("pairs: to learn from, test", show::whole(corpus.train.size()) + ", " + show::whole(corpus.test.size()));
  lesson.show("words known: English, French", show::whole(corpus.english.size()) + ", " + show::whole(corpus.french.size()));
  lesson.show("words in an English sentence", static_cast<double>(words) / static_cast<double>(corpus.train.size()));
}

void write_or_copy(show::Lesson& lesson) {
  lesson.section("Write or copy?", "p(w) = p_gen p_vocab(w) + (1 - p_gen) sum of alpha_j where word j is w");
  const Mixture x;
  lesson.say("'emacs documentation' was read, 'documentation pour' is written. What comes next? The French vocabulary has no word emacs:");
  lesson.show("p_gen", x.p_gen);
  show::Table read({"word read", "alpha"});
  for (Index j = 0; j < 2; ++j) read.add_row({x.read[static_cast<std::size_t>(j)], show::number(x.alpha.at({j}), 2)});
  lesson.show(read);
  const Tensor p = x.probabilities();
  show::Table table({"word", "p_vocab", "p_gen p_vocab", "copied", "p"});
  for (Index w = 0; w < 5; ++w) {
    const double written = w < 4 ? x.p_vocab.at({w}) : 0;
    table.add_row({x.words[static_cast<std::size_t>(w)], w < 4 ? show::number(written, 2) : "-", show::number(x.p_gen * written, 4),
                   show::number(p.at({w}) - x.p_gen * written, 4), show::number(p.at({w}), 4)});
  }
  lesson.show(table);
  lesson.show("sum", sum(p).item());
}

void how_good_is_a_translation(show::Lesson& lesson) {
  lesson.section("How good is a translation?", "BLEU = 100 brevity (p_1 p_2 p_3 p_4)^(1/4)");
  const Words person = datasets::words_of(said_by_a_person);
  lesson.show("a person", said_by_a_person);
  show::Table table({"a program", "p_1", "p_2", "p_3", "p_4", "brevity", "BLEU"});
  for (const char* said : said_by_programs) {
    const datasets::Bleu score = datasets::bleu({datasets::words_of(said)}, {person});
    const double brevity = lesson.broken("no-brevity") ? 1 : score.brevity;
    std::vector<std::string> cells{said};
    for (double precision : score.precision) cells.push_back(show::number(precision, 3));
    cells.push_back(show::number(brevity, 3));
    cells.push_back(show::number(score.score * brevity / score.brevity, 1));
    table.add_row(cells);
  }
  lesson.show(table);
  lesson.say(
      "p_n: the share of all runs of n words that the person's sentence has too. A sentence of sure words only is short, and pays for it.");
}

void four_translators(show::Lesson& lesson, const Corpus& corpus, Trained& trained) {
  lesson.section("Four translators", "BLEU on the test sentences");
  const std::vector<Words>& right = corpus.test.references();
  std::vector<double> seconds(kinds.size()), losses(kinds.size());
  std::vector<std::function<void()>> jobs;
  for (std::size_t k = 0; k < kinds.size(); ++k)
    jobs.push_back([&, k] {
      TranslatorTraining training = training_of(kinds[k], lesson.quick());
      training.saved = lesson.training_path(name_of(kinds[k]));
      const show::Stopwatch watch(show::Clock::thread);  // four share the processors
      trained.translators[k] = make_translator(kinds[k], corpus, lesson.quick(), lesson.seed());
      losses[k] = fit(*trained.translators[k], corpus.train, training, "four translators").back();
      seconds[k] = watch.seconds();
      trained.written[k] = translate(*trained.translators[k], corpus.test, longest, usual_beam);
    });
  side_by_side(jobs);
  show::Table table({"translator", "parameters", "training", "loss", "BLEU"});
  table.add_row({"the source, copied", "0", "", "", show::number(datasets::bleu(corpus.test.sources(), right).score, 1)});
  for (std::size_t k = 0; k < kinds.size(); ++k)
    table.add_row({name_of(kinds[k]), show::whole(trained.translators[k]->parameter_count()), show::number(seconds[k], 0) + " s",
                   show::number(losses[k], 2), show::number(datasets::bleu(trained.written[k], right).score, 1)});
  lesson.show(table);
  lesson.say("Training: seconds of one processor; the four are trained side by side.");
}

void as_sentences_grow(show::Lesson& lesson, const Corpus& corpus, const Trained& trained) {
  lesson.section("As sentences grow", "BLEU by the number of words that are read");
  std::vector<std::string> headings{"words read", "sentences"};
  for (Kind kind : kinds) headings.push_back(name_of(kind));
  headings.push_back("attention gains");
  show::Table table(headings);
  show::LineChart chart{"BLEU by the length of the sentence that is read", "words read", "BLEU", {}};
  for (Kind kind : kinds) chart.series.push_back({name_of(kind), {}, {}});
  auto add_row = [&](const std::string& name, Index sentences, const std::vector<double>& scores) {
    std::vector<std::string> cells{name, show::whole(sentences)};
    for (double score : scores) cells.push_back(show::number(score, 1));
    cells.push_back(show::number(scores[1] - scores[0], 1));
    table.add_row(cells);
  };
  for (const Bin& bin : bins) {
    const std::size_t sentences = of_length(corpus.test.sources(), corpus.test.lengths(), bin.least, bin.most).size();
    if (sentences < 10) continue;
    std::vector<double> scores;
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      scores.push_back(bleu_of_length(trained.written[k], corpus.test, bin.least, bin.most));
      chart.series[k].x.push_back(static_cast<double>(std::max<Index>(bin.least, 4)));
      chart.series[k].y.push_back(scores.back());
    }
    add_row(bin.name, static_cast<Index>(sentences), scores);
  }
  const SentencePairs twice = corpus.two_in_a_row(300);
  std::vector<double> of_twice(kinds.size());
  std::vector<std::function<void()>> jobs;
  for (std::size_t k = 0; k < kinds.size(); ++k)
    jobs.push_back([&, k] {
      of_twice[k] = datasets::bleu(translate(*trained.translators[k], twice, 2 * longest, usual_beam), twice.references()).score;
    });
  side_by_side(jobs);
  add_row("two in a row", twice.size(), of_twice);
  lesson.show(table);
  lesson.save("length", draw(chart));
}

void one_beginning_or_several(show::Lesson& lesson, const Corpus& corpus, const Trained& trained) {
  lesson.section("One beginning or several", "beam search");
  std::vector<datasets::TextPair> some = corpus.texts.test;
  some.resize(std::min<std::size_t>(some.size(), lesson.quick() ? 100 : 400));
  const SentencePairs pairs = corpus.numbered(some);
  show::Table table({"beam", "GRU, attention, copying", "Transformer", "words written", "seconds"});
  for (Index beam : {1, 2, 4, 8}) {
    const show::Stopwatch watch;
    const std::vector<Words> gru = translate(*trained.translators[2], pairs, longest, beam),
                             other = translate(*trained.translators[3], pairs, longest, beam);
    Index words = 0;
    for (const Words& each : gru) words += static_cast<Index>(each.size());
    table.add_row({beam == 1 ? "1 (greedy)" : show::whole(beam), show::number(datasets::bleu(gru, pairs.references()).score, 1),
                   show::number(datasets::bleu(other, pairs.references()).score, 1), show::whole(words),
                   show::number(watch.seconds(), 1) + " s"});
  }
  lesson.show(table);
  lesson.say(show::whole(pairs.size()) + " of the test sentences. Words written: by the GRU.");
}

void what_it_looks_at(show::Lesson& lesson, const Corpus& corpus, const Trained& trained) {
  lesson.section("What it looks at", "alpha of the GRU with attention and copying");
  const Translator& copying = *trained.translators[2];
  lesson.save("map", draw(alignment(copying, corpus, "fast viewer for sound files",
                                    datasets::words_of("visionneuse rapide pour fichiers de son"))));
  if (lesson.quick()) return lesson.say("A test sentence and the article's fox need the real sentences: run this without --quick.");
  const std::string english = "command-line Musepack audio player";
  lesson.show("test", alignment(copying, corpus, english, said_for(copying, corpus, english)));
  const std::string fox = "The quick brown fox jumps over the lazy dog";
  lesson.name_columns(28);
  lesson.show("English", fox);
  lesson.show("French, by the article", "Le renard brun rapide saute par-dessus le chien paresseux");
  for (std::size_t k = 0; k < kinds.size(); ++k)
    lesson.show(name_of(kinds[k]), datasets::joined(said_for(*trained.translators[k], corpus, fox)));
  lesson.show("words without a number", datasets::joined(corpus.english.unknown_of(datasets::words_of(fox))));
}

void keys_and_values_kept(show::Lesson& lesson, const Corpus& corpus, const Trained& trained) {
  lesson.section("Keys and values kept", "the Transformer writes word by word");
  const WordByWord timed(dynamic_cast<const TransformerTranslator&>(*trained.translators[3]), corpus, lesson.seed());
  lesson.compare("p of the next word after 128 words, anew and kept", timed.anew, timed.kept, 1e-4);
  show::Table table({"words written so far", "all anew, a word", "kept, a word"});
  for (const auto& [words, anew, kept] : timed.times)
    table.add_row({show::whole(words), show::number(1e3 * anew, 2) + " ms", show::number(1e3 * kept, 2) + " ms"});
  lesson.show(table);
}

void longer_sentences(show::Lesson& lesson) {
  lesson.section("Longer sentences, and other seeds", "BLEU: median (range)");
  const Longer trained(lesson.quick() ? 1600 : 2400, lesson.seed(), static_cast<std::size_t>(lesson.seeds()));
  const SentencePairs& test = trained.corpus.test;
  lesson.say("Made-up descriptions, one to four in a row as one sentence: " + show::whole(trained.corpus.train.size()) +
             " to learn from. Seeds: " + show::whole(lesson.seeds()) + ".");
  show::Table table({"words read", "sentences", name_of(kinds[0]), name_of(kinds[1]), "attention gains"});
  show::LineChart chart{"Made-up sentences: BLEU by length, medians and ranges", "words read", "BLEU", {}};
  for (std::size_t k = 0; k < 2; ++k) chart.series.push_back({name_of(kinds[k]), {}, {}});
  for (Index least = 1; least <= 21; least += 5) {
    const Index most = least + 4;
    std::vector<std::string> cells{show::whole(least) + " to " + show::whole(most),
                                   show::whole(of_length(test.sources(), test.lengths(), least, most).size())};
    std::vector<std::vector<double>> scores;
    for (std::size_t k = 0; k < 2; ++k) {
      scores.push_back(trained.scores(k, least, most));
      cells.push_back(show::median_and_range(scores[k], 0));
      show::Series& line = chart.series[k];
      line.x.push_back(static_cast<double>(least + 2));
      line.y.push_back(show::median(scores[k]));
      line.low.push_back(*std::min_element(scores[k].begin(), scores[k].end()));
      line.high.push_back(*std::max_element(scores[k].begin(), scores[k].end()));
    }
    std::vector<double> gains = scores[1];
    for (std::size_t s = 0; s < gains.size(); ++s) gains[s] -= scores[0][s];
    cells.push_back(show::median_and_range(gains, 0));
    table.add_row(cells);
  }
  lesson.show(table);
  lesson.save("longer", draw(chart));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A fixed vector has to hold the whole sentence; attention looks again at each word, and the map shows where. Copying writes the "
      "names that no vocabulary has. And keys and values that are kept make each word as cheap as the first.");
}

void lesson_body(show::Lesson& lesson) {
  const Corpus corpus(pairs_for(lesson.quick()), lesson.quick() ? 85 : 3000, lesson.quick() ? 85 : 3000);
  Trained trained;
  the_question(lesson, corpus);
  write_or_copy(lesson);
  how_good_is_a_translation(lesson);
  four_translators(lesson, corpus, trained);
  as_sentences_grow(lesson, corpus, trained);
  one_beginning_or_several(lesson, corpus, trained);
  what_it_looks_at(lesson, corpus, trained);
  keys_and_values_kept(lesson, corpus, trained);
  longer_sentences(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{"61",
                            "Translation",
                            "机器翻译",
                            "《资源分配》 §6.1; 《专注力》 §6.1; 《分析与预测》 §4.3; 《认知平衡》 §6.1",
                            "Package descriptions from English to French: without attention, with it, with copying, and by a Transformer.",
                            {{"no-brevity", "section 3 counts BLEU without its penalty for short sentences"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
