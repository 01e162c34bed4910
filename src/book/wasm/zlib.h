#pragma once

// In the browser there are no packed files: lessons make up small sets instead. So nothing is unpacked here, and who tries is told so.

struct z_stream_s {
  const unsigned char* next_in;
  unsigned char* next_out;
  unsigned avail_in, avail_out;
  const char* msg;
};
using z_stream = z_stream_s;
using uInt = unsigned;
using uLong = unsigned long;

enum { Z_OK = 0, Z_STREAM_END = 1, Z_MEM_ERROR = -4, Z_BUF_ERROR = -5, Z_NO_FLUSH = 0 };

inline int inflateInit(z_stream*) { return Z_MEM_ERROR; }
inline int inflateInit2(z_stream*, int) { return Z_MEM_ERROR; }
inline int inflateReset(z_stream*) { return Z_MEM_ERROR; }
inline int inflate(z_stream*, int) { return Z_MEM_ERROR; }
inline int inflateEnd(z_stream*) { return Z_OK; }
inline uLong crc32(uLong, const unsigned char*, uInt) { return 0; }
inline const char* zError(int) { return "packed files are not read in a browser"; }
