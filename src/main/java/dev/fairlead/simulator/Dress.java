package dev.fairlead.simulator;

import dev.fairlead.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** How the bytes of an answer travel: compressed, in slices. */
final class Dress {
  private static final int BLOCK = 1 << 20;
  private static final byte[] GZIP_HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private Dress() {}

  /** The moves as the options want them to travel. */
  static List<Move> apply(List<Move> moves, Options options) {
    List<Move> dressed = options.flag(Option.GZIP) ? squeezed(moves) : moves;
    int slice = options.count(Option.SPLIT, 0);
    return slice > 0 ? sliced(dressed, slice) : dressed;
  }

  static List<Move> withHeader(List<Move> moves, String name, String value) {
    return moves.stream()
        .map(
            move ->
                switch (move) {
                  case Move.Open it ->
                      (Move) new Move.Open(it.status(), it.headers().with(name, value));
                  case Move.Whole it -> whole(it, it.headers().with(name, value), it.body());
                  default -> move;
                })
        .toList();
  }

  private static Move.Whole whole(Move.Whole move, Headers headers, byte[] body) {
    return new Move.Whole(move.status(), headers, body, move.tokens(), move.thinking());
  }

  private static List<Move> squeezed(List<Move> moves) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<Move> squeezed = new ArrayList<>();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out, 512, true)) {
      for (Move move : withHeader(moves, "content-encoding", "gzip")) {
        if (move instanceof Move.Send send) {
          gzip.write(send.bytes());
          gzip.flush();
          squeezed.add(send.with(taken(out)));
        } else if (move instanceof Move.Whole it) {
          gzip.write(it.body());
          gzip.finish();
          squeezed.add(whole(it, it.headers(), taken(out)));
        } else {
          if (move instanceof Move.End) {
            gzip.finish();
            squeezed.add(Move.Send.of(taken(out)));
          }
          squeezed.add(move);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array does not fail
    }
    return squeezed;
  }

  private static byte[] taken(ByteArrayOutputStream out) {
    byte[] bytes = out.toByteArray();
    out.reset();
    return bytes;
  }

  private static List<Move> sliced(List<Move> moves, int slice) {
    List<Move> sliced = new ArrayList<>();
    for (Move move : moves) {
      if (move instanceof Move.Send it && it.slice() == 0) {
        sliced.add(new Move.Send(it.bytes(), it.tokens(), it.thinking(), slice, Duration.ZERO));
      } else if (move instanceof Move.Whole it && it.body().length > 0) {
        sliced.add(new Move.Open(it.status(), it.headers()));
        sliced.add(new Move.Send(it.body(), it.tokens(), it.thinking(), slice, Duration.ZERO));
        sliced.add(new Move.End());
      } else {
        sliced.add(move);
      }
    }
    return sliced;
  }

  /** A gzip body of about a thousandth of so many zeros. One block is compressed, and repeated. */
  static byte[] bomb(long size) {
    int blocks = (int) Math.clamp(size / BLOCK, 1, 4096);
    byte[] zeros = new byte[BLOCK];
    byte[] block = deflated(zeros);
    CRC32 crc = new CRC32();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(GZIP_HEAD);
    for (int i = 0; i < blocks; i++) {
      out.writeBytes(block);
      crc.update(zeros);
    }
    out.write(3); // an empty last block
    out.write(0);
    little(out, crc.getValue());
    little(out, (long) blocks * BLOCK);
    return out.toByteArray();
  }

  private static byte[] deflated(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    try {
      deflater.setInput(bytes);
      byte[] out = new byte[BLOCK / 16];
      int length = deflater.deflate(out, 0, out.length, Deflater.FULL_FLUSH);
      return java.util.Arrays.copyOf(out, length);
    } finally {
      deflater.end();
    }
  }

  private static void little(ByteArrayOutputStream out, long value) {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write((int) (value >>> shift));
    }
  }
}
