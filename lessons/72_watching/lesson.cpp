#include <qkv/io/file.h>
#include <qkv/io/records.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "curves.h"

namespace {

using Runs = std::vector<std::vector<Watched>>;  // for each illness, a run for each seed

void a_record_byte_by_byte(show::Lesson& lesson, const Folder& folder) {
  lesson.section("A record, byte by byte");
  lesson.say(
      "TensorBoard draws what a program writes into an event file while it trains: records, one after another. This is the one that says "
      "\"at step 3 loss was 0.5\". Inside, a field is a key (number times 8, plus its kind) and what it holds.");
  std::string file;
  {
    io::EventFile events(folder / "by_hand", [] { return 1.7e9; });
    events.scalar("loss", 0.5, 3);
    file = io::read_file(events.path(), "lesson 72: ");
  }
  const std::string record = io::read_records(std::filesystem::directory_iterator(folder / "by_hand")->path().string()).records[1];
  const std::string bytes = file.substr(file.size() - record.size() - 16);
  show::Table table({"bytes", "what they are"});
  std::size_t at = 0;
  const auto row = [&](std::size_t size, const std::string& what) {
    table.add_row({hex(bytes.substr(at, size)), what});
    at += size;
  };
  row(8, "how long the record is: 26");
  row(4, "checksum of these 8 bytes");
  row(9, "field 1, 8 bytes: the time, 1.7e9 s since 1970");
  row(2, "field 2, a whole number: step 3");
  row(2, "field 5, 13 bytes: a summary");
  row(2, "  field 1, 11 bytes: a value");
  row(6, "    field 1, 4 bytes: loss");
  row(5, "    field 2, a float: 0.5");
  row(4, "checksum of the 26 bytes");
  lesson.show(table);
  lesson.say(
      "The checksum is CRC-32C, turned by 15 bits and with 0xa282ead8 added. Its published value for the text 123456789 is e3069283:");
  std::ostringstream crc;
  crc << std::hex << io::crc32c("123456789");
  lesson.show("crc32c", crc.str());
  std::string damaged = bytes;
  damaged[12] = static_cast<char>(damaged[12] ^ 1);
  io::write_file(folder / "damaged", {{damaged.data(), damaged.size()}}, "lesson 72: ");
  lesson.say("One bit of the time is changed, and the file is read again:");
  lesson.show_error("damaged", [&] { named_simply([&] { io::read_records(folder / "damaged"); }, folder.path + "/"); });
}

/// A section on one illness: what was done, and the curve that shows it at a few steps.
void sick(show::Lesson& lesson, const std::string& title, const std::string& words, const Watched& healthy, const Watched& run,
          const std::string& curve) {
  lesson.section(title, curve);
  lesson.say(words);
  show::Table table({"step", "healthy", "sick"});
  for (double step : {0.0, 10.0, 50.0, 100.0, 200.0, healthy["loss/train"].steps.back()})
    table.add_row({show::whole(Index(step)), show::number(healthy.at(curve, step), 3), show::number(run.at(curve, step), 3)});
  lesson.show(table);
  lesson.name_columns(34);
}

void a_healthy_training(show::Lesson& lesson, const Watched& run, const std::string& folder) {
  lesson.section("A healthy training");
  lesson.say(
      "Rows of 16 steps of four numbers; the label says whether the first column adds up to more than 0. One label in ten is wrong, so "
      "nobody can be right on more than 0.9 of new rows. A small recurrent network learns it by SGD, and writes:");
  show::Table names({"curve", "points", "first", "last"});
  for (const io::Curve& curve : run.curves)
    names.add_row(
        {curve.name, show::whole(Index(curve.values.size())), show::number(curve.values.front(), 3), show::number(curve.values.back(), 3)});
  lesson.show(names);
  lesson.name_columns(34);
  lesson.show("accuracy on rows of tomorrow", show::number(run.trained.tomorrow, 3));
  lesson.say("Beside it a table for spreadsheets, curves.csv, whose first lines are:");
  std::istringstream csv(io::read_file(folder + "/curves.csv", "lesson 72: "));
  std::string line;
  for (int i = 0; i < 2 && std::getline(csv, line); ++i) lesson.show(i == 0 ? "headings" : "first row", line);
}

void four_sick_ones(show::Lesson& lesson, const Runs& runs) {
  const Watched &healthy = runs[0][0], &rate = runs[1][0], &dead = runs[2][0], &leak = runs[3][0], &explodes = runs[4][0];
  sick(lesson, "A rate that is too high",
       "The learning rate is fifty times that of the healthy training. Each step leaps over the valley, and the next one leaps back "
       "further.",
       healthy, rate, "loss/train");
  lesson.show("largest training loss, healthy", show::number(healthy.largest("loss/train"), 2));
  lesson.show("largest training loss, sick", show::number(rate.largest("loss/train"), 2));
  sick(lesson, "Dead units",
       "The biases of the hidden layer start 4 lower. Now relu gives 0 for every row; behind 0 there is no gradient, and so it stays.",
       healthy, dead, "units/dead");
  lesson.show("last training loss, sick", show::number(dead.last("loss/train"), 2));
  sick(lesson, "Labels that leak",
       "The last column was filled in later, by somebody who knew the label: in the rows to learn from, and in those to validate with.",
       healthy, leak, "accuracy/validation");
  lesson.show("accuracy on rows of tomorrow", show::number(leak.trained.tomorrow, 2));
  lesson.say("The picture weights/input in the file shows which column the network lives on. Mean size of the weights for each column:");
  lesson.show("healthy", healthy.trained.by_column);
  lesson.show("leaking", leak.trained.by_column);
  sick(lesson, "A gradient that explodes",
       "The recurrent weights start six times as large. The loss is what it should be at first. But the gradient, on its way through 16 "
       "steps, has grown at each.",
       healthy, explodes, "gradient/norm");
  lesson.show("first training loss, sick", show::number(explodes.first("loss/train"), 2));
  lesson.show("last training loss, sick", show::number(explodes.last("loss/train"), 2));
}

void draw_four(show::Lesson& lesson, const Runs& runs) {
  const auto line = [&](std::size_t illness, const std::string& name, const std::string& curve) {
    return show::Series{name, runs[illness][0][curve].steps, runs[illness][0][curve].values};
  };
  const auto chart = [&](const std::string& title, std::size_t illness, const std::string& curve, bool log_y) {
    show::LineChart result{title, "step", curve, {line(0, "healthy", curve), line(illness, "sick", curve)}};
    result.log_y = log_y;
    return show::draw(result);
  };
  lesson.save("curves", show::grid({chart("A rate that is too high", 1, "loss/train", true), chart("Dead units", 2, "units/dead", false),
                                    chart("Labels that leak", 3, "accuracy/validation", false),
                                    chart("A gradient that explodes", 4, "gradient/norm", true)},
                                   2, "The curve that gives it away"));
}

void which_curve_tells(show::Lesson& lesson, const Runs& runs) {
  lesson.section("Which curve tells?");
  lesson.say(
      "A rule for each illness, each reading one curve, and made before these seeds were looked at. When does it ring, if it is right?");
  show::Table rules({"alarm", "rings if", "first at step"});
  show::Table table({"training", "rate", "dead", "leak", "explodes", "last training loss", "tomorrow"});
  for (std::size_t i = 0; i < alarms.size(); ++i) {
    std::vector<double> when;
    for (const Watched& run : runs[i + 1])  // the illness that it is for
      if (alarms[i].rings(run) >= 0) when.push_back(alarms[i].rings(run));
    rules.add_row({alarms[i].name, alarms[i].rule, when.empty() ? "never" : show::median_and_range(when, 0)});
  }
  lesson.show(rules);
  lesson.say("In how many runs does each ring? And what would the last training loss alone have said? Median and range:");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    std::vector<std::string> cells{illnesses()[i].name};
    for (const Alarm& alarm : alarms)
      cells.push_back(
          std::to_string(std::count_if(runs[i].begin(), runs[i].end(), [&](const Watched& run) { return alarm.rings(run) >= 0; })));
    std::vector<double> loss, tomorrow;
    for (const Watched& run : runs[i]) loss.push_back(run.last_loss()), tomorrow.push_back(run.trained.tomorrow);
    cells.push_back(show::median_and_range(loss, 2)), cells.push_back(show::median_and_range(tomorrow, 2));
    table.add_row(cells);
  }
  lesson.show(table);
  lesson.show("seeds", lesson.seeds());
}

/// The curves of the file that was given, read before anything is trained.
std::vector<io::Curve> given_curves(const show::Lesson& lesson) {
  if (lesson.file("events").empty()) return {};
  std::vector<io::Curve> curves = io::read_scalars(lesson.file("events"));
  require(!curves.empty(), "--events ", lesson.file("events"), ": there is no curve in it");
  return curves;
}

void your_file(show::Lesson& lesson, const std::vector<io::Curve>& curves) {
  if (curves.empty()) return;
  lesson.section("Your file");
  for (const io::Curve& curve : curves)
    lesson.show(curve.name, show::LineChart{curve.name, "step", "", {{curve.name, curve.steps, curve.values}}});
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The loss curve alone takes the leak for the best training of all, and can't tell dead units, an exploded gradient and "
      "too high a rate apart: all three stay at ln 2. Each illness has a curve that gives it away, and somebody must have written it. A "
      "viewer shows what a program writes, nothing "
      "else.");
}

void lesson_body(show::Lesson& lesson) {
  const Folder folder;
  const std::string kept = lesson.out_dir().empty() ? folder.path : lesson.out_dir() + "/72_runs";  // what the first seed writes
  const Index steps = lesson.quick() ? 300 : 600;
  const std::vector<io::Curve> given = given_curves(lesson);
  Runs runs;
  for (const Illness& illness : illnesses()) {
    runs.emplace_back();
    for (int i = 0; i < lesson.seeds(); ++i)
      runs.back().push_back(watch(illness, steps, lesson.seed() + std::uint64_t(i), i == 0 ? kept + "/" + illness.name : folder / "others",
                                  i == 0, lesson.broken("smooth")));
  }
  a_record_byte_by_byte(lesson, folder);
  a_healthy_training(lesson, runs[0][0], kept + "/healthy");
  four_sick_ones(lesson, runs);
  draw_four(lesson, runs);
  which_curve_tells(lesson, runs);
  your_file(lesson, given);
  what_to_notice(lesson);
}

const show::LessonInfo info{
    "72",
    "Watching",
    "监测训练",
    "《分析与预测》 §7.2",
    "A training written as files that TensorBoard reads, byte by byte; four sick trainings and the curve that gives "
    "each away.",
    {{"smooth", "every curve is averaged over 50 steps before it is looked at"}},
    10,
    {{"events", "an event file of yours: its curves are drawn"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
