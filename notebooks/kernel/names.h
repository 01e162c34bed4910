#pragma once
// What the host asks the compiler about names: which of them cells have defined, what could stand at a place, what a name is.
#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclContextInternals.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/RawCommentList.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Interpreter/Interpreter.h>
#include <clang/Lex/HeaderSearch.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Sema/CodeCompleteConsumer.h>
#include <clang/Sema/Sema.h>
#include <clang/Sema/SemaCodeCompletion.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>

#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace names {

// ---- Names defined again --------------------------------------------------------------------------------------------------------

inline bool from_a_cell(const clang::ASTContext& context, const clang::Decl* decl) {
  const clang::SourceManager& sources = context.getSourceManager();
  return decl->getLocation().isValid() && !sources.getFileEntryRefForID(sources.getFileID(sources.getExpansionLoc(decl->getLocation())));
}

inline bool is_definition(const clang::NamedDecl* decl) {
  if (const auto* of = llvm::dyn_cast<clang::TemplateDecl>(decl)) decl = of->getTemplatedDecl();
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl)) return function->isDefined();
  if (const auto* tag = llvm::dyn_cast<clang::TagDecl>(decl)) return tag->getDefinition() != nullptr;
  if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl)) return variable->hasDefinition() != clang::VarDecl::DeclarationOnly;
  return llvm::isa<clang::TypedefNameDecl>(decl);
}

/// The namespace of "a::b::name", or the outermost; nullptr if there is none. `name` becomes its last part.
inline clang::DeclContext* scope_of(clang::ASTContext& context, std::string& name) {
  clang::DeclContext* scope = context.getTranslationUnitDecl()->getPrimaryContext();
  for (std::size_t end; (end = name.find("::")) != std::string::npos; name.erase(0, end + 2)) {
    clang::NamespaceDecl* inner = nullptr;
    for (clang::NamedDecl* decl : scope->lookup(&context.Idents.get(name.substr(0, end))))
      if (auto* found = llvm::dyn_cast<clang::NamespaceDecl>(decl)) inner = found;
    if (inner == nullptr) return nullptr;
    scope = inner->getPrimaryContext();
  }
  return scope;
}

/// Forgets what cells have defined under this name: later cells don't find it, code compiled before still uses it. Was there anything?
inline bool forget(clang::ASTContext& context, std::string name) {
  clang::DeclContext* scope = scope_of(context, name);
  if (scope == nullptr) return false;
  const clang::DeclarationName key(&context.Idents.get(name));
  std::vector<clang::NamedDecl*> old;
  bool defined = false;
  for (clang::NamedDecl* decl : scope->lookup(key)) {
    if (!from_a_cell(context, decl)) continue;
    old.push_back(decl);
    defined = defined || is_definition(decl);
  }
  clang::StoredDeclsMap* map = scope->getLookupPtr();
  if (!defined || map == nullptr) return false;
  auto remove = [&](clang::NamedDecl* decl) {
    auto at = map->find(decl->getDeclName());
    if (at == map->end()) return;
    const auto all = at->second.getLookupResult();
    if (std::all_of(all.begin(), all.end(), [&](const clang::NamedDecl* d) { return d == decl; })) map->erase(at);
    else at->second.remove(decl);
  };
  for (clang::NamedDecl* decl : old) {
    if (const auto* list = llvm::dyn_cast<clang::EnumDecl>(decl))
      if (!list->isScoped())
        for (clang::EnumConstantDecl* value : list->enumerators()) remove(value);
    remove(decl);
  }
  return true;
}

/// A request to run: lines "begin end name...", an empty line, the cell. What defines a name again is put into an inline namespace of its own,
/// so that it is another name to the linker, and the old one is forgotten. Returns the cell.
inline std::string with_new_names(clang::ASTContext& context, const std::string& request, int& count) {
  std::istringstream head(request);
  std::vector<std::pair<std::size_t, std::string>> insertions;
  std::string line;
  while (std::getline(head, line) && !line.empty()) {
    std::istringstream part(line);
    std::size_t begin = 0, end = 0;
    bool again = false;
    part >> begin >> end;
    for (std::string name; part >> name;) again = forget(context, name) || again;
    if (!again) continue;
    insertions.push_back({begin, "inline namespace qkv_again_" + std::to_string(++count) + " { "});
    insertions.push_back({end, " }"});
  }
  std::string cell = request.substr(static_cast<std::size_t>(head.tellg()));
  for (auto at = insertions.rbegin(); at != insertions.rend(); ++at) cell.insert(at->first, at->second);
  return cell;
}

// ---- Headers that are not there -----------------------------------------------------------------------------------------------------

/// The first header that a cell includes and nobody has, or "". (The interpreter does not live on after such an error.)
inline std::string missing_header(clang::CompilerInstance& compiler, const std::string& cell) {
  std::istringstream lines(cell);
  for (std::string line; std::getline(lines, line);) {
    std::size_t at = line.find_first_not_of(" \t");
    if (at == std::string::npos || line[at] != '#') continue;
    at = line.find_first_not_of(" \t", at + 1);
    if (at == std::string::npos) continue;
    if (line.compare(at, 2, "if") == 0) return "";  // it may be left out on purpose
    if (line.compare(at, 7, "include") != 0) continue;
    at = line.find_first_not_of(" \t", at + 7);
    if (at == std::string::npos || (line[at] != '<' && line[at] != '"')) continue;
    const std::size_t end = line.find(line[at] == '<' ? '>' : '"', at + 1);
    if (end == std::string::npos) continue;
    const std::string name = line.substr(at + 1, end - at - 1);
    if (line[at] == '"' && llvm::sys::fs::exists(name)) continue;
    if (!compiler.getPreprocessor().getHeaderSearchInfo().LookupFile(name, clang::SourceLocation(), line[at] == '<', nullptr, nullptr, {},
                                                                     nullptr, nullptr, nullptr, nullptr, nullptr, nullptr))
      return name;
  }
  return "";
}

// ---- Completion --------------------------------------------------------------------------------------------------------------------

/// Takes what the compiler finds at the completion point, and hands it on.
class Consumer : public clang::CodeCompleteConsumer {
 public:
  using Take = std::function<void(clang::Sema&, clang::CodeCompletionResult*, unsigned)>;
  explicit Consumer(Take take)
      : CodeCompleteConsumer(options()), take_(std::move(take)), info_(std::make_shared<clang::GlobalCodeCompletionAllocator>()) {}
  void ProcessCodeCompleteResults(clang::Sema& sema, clang::CodeCompletionContext, clang::CodeCompletionResult* results,
                                  unsigned count) override {
    take_(sema, results, count);
  }
  clang::CodeCompletionAllocator& getAllocator() override { return info_.getAllocator(); }
  clang::CodeCompletionTUInfo& getCodeCompletionTUInfo() override { return info_; }

 private:
  static clang::CodeCompleteOptions options() {
    clang::CodeCompleteOptions result;
    result.IncludeMacros = true;
    return result;
  }
  Take take_;
  clang::CodeCompletionTUInfo info_;
};

inline std::string declared(const clang::NamedDecl* decl) {
  clang::PrintingPolicy policy = decl->getASTContext().getPrintingPolicy();
  policy.TerseOutput = policy.PolishForDeclaration = policy.SuppressUnwrittenScope = true;
  std::string text;
  llvm::raw_string_ostream out(text);
  decl->print(out, policy);
  for (char& c : text)
    if (c == '\n' || c == '\t') c = ' ';
  if (text.size() > 3 && text.compare(text.size() - 3, 3, " {}") == 0) text.resize(text.size() - 3);
  return text;
}

inline const char* kind(const clang::NamedDecl* decl) {
  if (llvm::isa<clang::FunctionDecl, clang::FunctionTemplateDecl>(decl)) return "function";
  if (llvm::isa<clang::TypeDecl, clang::ClassTemplateDecl>(decl)) return "class";
  if (llvm::isa<clang::NamespaceDecl>(decl)) return "module";
  return "instance";
}

/// What could stand at the end of a text, or what the name is that stands there: "complete" and "describe". The request is the beginning of the
/// name (or the name), a line break, the text before it. `say` is told the answer, and the process should end then: the interpreter has
/// stopped in the middle of a cell.
inline void ask(clang::Interpreter& interpreter, const std::string& what, const std::string& request,
                const std::function<void(const std::string&)>& say) {
  const std::size_t line_end = request.find('\n');
  const std::string name = request.substr(0, line_end), text = line_end == std::string::npos ? "" : request.substr(line_end + 1);
  clang::CompilerInstance& compiler = *interpreter.getCompilerInstance();

  Consumer consumer([&](clang::Sema& sema, clang::CodeCompletionResult* results, unsigned count) {
    std::set<std::string> lines;
    std::string description;
    for (unsigned i = 0; i < count; ++i) {
      const clang::CodeCompletionResult& result = results[i];
      if (result.Availability == CXAvailability_NotAccessible) continue;  // private
      const clang::NamedDecl* decl = result.Kind == clang::CodeCompletionResult::RK_Declaration ? result.Declaration : nullptr;
      std::string found;
      if (decl) found = decl->getDeclName().isIdentifier() ? decl->getNameAsString() : "";
      else if (result.Kind == clang::CodeCompletionResult::RK_Keyword) found = result.Keyword;
      else if (result.Kind == clang::CodeCompletionResult::RK_Macro) found = result.Macro->getName().str();
      if (found.empty() || found.compare(0, 10, "qkv_again_") == 0) continue;
      if (name.empty() && (found[0] == '_' || result.Kind == clang::CodeCompletionResult::RK_Macro)) continue;
      if (const auto* type = llvm::dyn_cast_or_null<clang::CXXRecordDecl>(decl))
        if (type->isInjectedClassName()) continue;  // Box::Box, as a member of every box
      if (what == "complete") {
        if (found.compare(0, name.size(), name) == 0)
          lines.insert(found + "\t" + (decl ? kind(decl) : "keyword") + "\t" + (decl ? declared(decl) : "") + "\n");
      } else if (found == name && decl) {
        std::string comment;
        if (const clang::RawComment* raw = sema.getASTContext().getRawCommentForAnyRedecl(decl))
          comment = raw->getFormattedText(sema.getSourceManager(), sema.getDiagnostics());
        const std::string one = declared(decl) + "\n" + (comment.empty() ? "" : comment + "\n");
        if (lines.insert(one).second) description += (description.empty() ? "" : "\n") + one;
      }
    }
    std::string all;
    for (const std::string& line : lines) all += line;
    say(what == "complete" ? all : description);
  });

  llvm::SmallString<128> path;
  int file = -1;
  if (llvm::sys::fs::createTemporaryFile("qkv-cell", "cpp", file, path)) return say("");
  {
    llvm::raw_fd_ostream out(file, true);
    out << text << "\n";
  }
  auto entry = compiler.getFileManager().getFileRef(path);
  if (!entry) return say("");
  const std::size_t last_line = text.rfind('\n') + 1;
  compiler.getDiagnostics().setSuppressAllDiagnostics(true);
  compiler.getSema().CodeCompletion().CodeCompleter = &consumer;
  compiler.getPreprocessor().SetCodeCompletionPoint(*entry, static_cast<unsigned>(std::count(text.begin(), text.end(), '\n')) + 1,
                                                    static_cast<unsigned>(text.size() - last_line) + 1);
  llvm::sys::fs::remove(path);  // it has been read
  llvm::consumeError(interpreter.Parse("#include \"" + path.str().str() + "\"\n").takeError());
  say("");
}

}  // namespace names
