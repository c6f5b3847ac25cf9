package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Reads whole streams in pieces, and compares what comes out. */
final class Frames {
  private Frames() {}

  /** A frame as text, byte for byte. */
  static String shown(Frame frame) {
    return "raw="
        + new String(frame.raw(), ISO_8859_1)
        + "|event="
        + frame.event()
        + "|data="
        + new String(frame.data(), frame.from(), frame.to() - frame.from(), ISO_8859_1);
  }

  static List<Frame> read(FrameReader reader, byte[] stream, int... cuts) throws MalformedFrame {
    List<Frame> frames = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      feedAlone(reader, stream, from, cut, frames);
      from = cut;
    }
    feedAlone(reader, stream, from, stream.length, frames);
    reader.end(frames::add);
    return frames;
  }

  /** Feeds a piece in an array that is overwritten afterwards: frames must not keep it. */
  private static void feedAlone(
      FrameReader reader, byte[] stream, int from, int to, List<Frame> frames)
      throws MalformedFrame {
    byte[] piece = new byte[to - from + 7];
    Arrays.fill(piece, (byte) '\n');
    System.arraycopy(stream, from, piece, 3, to - from);
    reader.feed(piece, 3, 3 + to - from, frames::add);
    Arrays.fill(piece, (byte) '#');
  }

  static List<String> texts(FrameReader reader, byte[] stream, int... cuts) throws MalformedFrame {
    return read(reader, stream, cuts).stream().map(Frames::shown).toList();
  }

  /** Every single cut, every byte alone, and random cuts give what the uncut stream gives. */
  static void anySplitIsTheSame(Supplier<FrameReader> readers, byte[] stream, int random)
      throws MalformedFrame {
    List<String> whole = texts(readers.get(), stream);
    if (stream.length < 3_000) {
      for (int cut = 0; cut <= stream.length; cut++) {
        assertThat(texts(readers.get(), stream, cut)).as("cut at " + cut).isEqualTo(whole);
      }
    }
    if (stream.length < 300) {
      for (int a = 0; a <= stream.length; a++) {
        for (int b = a; b <= Math.min(stream.length, a + 6); b++) {
          assertThat(texts(readers.get(), stream, a, b)).as(a + ", " + b).isEqualTo(whole);
        }
      }
    }
    int[] all = new int[stream.length];
    Arrays.setAll(all, i -> i);
    assertThat(texts(readers.get(), stream, all)).as("byte by byte").isEqualTo(whole);
    Random chance = new Random(stream.length);
    for (int i = 0; i < random; i++) {
      int[] cuts = chance.ints(1 + chance.nextInt(12), 0, stream.length + 1).sorted().toArray();
      assertThat(texts(readers.get(), stream, cuts)).as(Arrays.toString(cuts)).isEqualTo(whole);
    }
  }

  static byte[] rawOf(List<Frame> frames) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    frames.forEach(f -> out.writeBytes(f.raw()));
    return out.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
