#pragma once
#include <qkv/tensor/tensor.h>

#include <map>
#include <memory>
#include <utility>

// The safetensors format, used to exchange PyTorch models: https://github.com/huggingface/safetensors. A file is the length of a
// header (8 bytes, little-endian), the header (JSON: name -> number type, shape, place), and the numbers of all tensors without gaps.

namespace qkv::io {

/// Tensors with names, in an order: the type of nn::Module::named_parameters(), and what nn::Module::load() takes.
using Named = std::vector<std::pair<std::string, Tensor>>;
using NamedIndices = std::vector<std::pair<std::string, Indices>>;
/// The notes of a file by name: what was trained, how long, on what.
using Metadata = std::map<std::string, std::string>;

/// An open file: its contents, to be read one by one. Copies share them.
///
///     Safetensors file("model.safetensors");
///     for (const std::string& name : file.names()) std::cout << name << ' ' << file.shape(name) << '\n';
class Safetensors {
 public:
  /// Reads and checks the whole file.  Throws Error if it cannot be read or is damaged in any way: sizes that do not fit, tensors outside
  /// the file, overlapping or leaving gaps, names or keys given twice, unknown keys, anything but blanks after the JSON. An unknown
  /// number type (F4, C64, a later one) is not damage: only the tensors of that type cannot be read.
  explicit Safetensors(const std::string& path);

  const std::string& path() const;
  /// In the order of the header.
  const std::vector<std::string>& names() const;
  bool has(const std::string& name) const;
  const Metadata& metadata() const;

  /// Shape, and number type as the file spells it: "F32", "I64", "BOOL".  These and the readers below throw Error if there is no such
  /// tensor.
  Shape shape(const std::string& name) const;
  std::string dtype(const std::string& name) const;

  /// The numbers of F64, F32, F16, BF16, F8_E4M3 or F8_E5M2.  Throws Error at another type, or if a finite F64 number overflows a float
  /// Scalar.
  Tensor tensor(const std::string& name) const;
  /// The numbers of I64, I32, I16, I8, U64, U32, U16, U8 or BOOL.  Throws Error at another type, or at a U64 number beyond Index.
  Indices indices(const std::string& name) const;
  /// The marks of BOOL, or of U8 with 0 and 1 only.  Throws Error at anything else.
  Mask mask(const std::string& name) const;

 private:
  struct File;
  std::shared_ptr<const File> file_;
};

/// Every tensor of floats in a file, in its order. Tensors of whole numbers are left out: Safetensors::indices reads them.
/// Throws Error as Safetensors does, and at a type that cannot be read.
Named load_safetensors(const std::string& path);

/// How tensors are written: as the program has them (F32, or F64 in the double build), or in half the bytes, each number rounded to the
/// nearest: F16 (three decimal digits, up to 65,504) or BF16 (two digits, up to 3e38).
enum class Precision { own, half, bfloat };

/// Writes the tensors, whole numbers (I64) and notes. An existing file is replaced only when the new one is complete and on disk.
/// Throws Error, leaving nothing behind, at a name given twice, an undefined tensor, a number too large for the precision, text that is not
/// UTF-8, or if writing fails.
void save_safetensors(const std::string& path, const Named& tensors, const Metadata& metadata = {});
void save_safetensors(const std::string& path, const Named& tensors, const Metadata& metadata, Precision precision);
void save_safetensors(const std::string& path, const Named& tensors, const NamedIndices& indices, const Metadata& metadata,
                      Precision precision = Precision::own);

/// Path, and how many tensors and numbers.
std::ostream& operator<<(std::ostream& out, const Safetensors& file);

}  // namespace qkv::io
