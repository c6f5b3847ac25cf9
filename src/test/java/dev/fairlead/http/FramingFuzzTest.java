package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The framing under random bytes and random splits; the seed is in each failure's text. */
final class FramingFuzzTest {
  private static final String REQUEST =
      "POST /v1/chat/completions?x=1 HTTP/1.1\r\nhost: a.example:80\r\ncontent-length: 12\r\n"
          + "connection: keep-alive, x\r\nauthorization: Bearer abc\r\nexpect: 100-continue\r\n\r\n";
  private static final String RESPONSE =
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n"
          + "content-encoding: gzip\r\nconnection: close\r\n\r\n";

  @Test
  void aMangledHeadIsReadOrRefusedAndNeverAnotherFailure() {
    HeadParser parser = new HeadParser();
    int refused = 0;
    for (int seed = 0; seed < 60_000; seed++) {
      Random random = new Random(seed);
      boolean request = random.nextBoolean();
      byte[] bytes = mangled(request ? REQUEST : RESPONSE, random);
      HeadBuffer head = new HeadBuffer(new byte[4096], 2048);
      ByteBuf in = Unpooled.wrappedBuffer(bytes);
      try {
        boolean found = false;
        while (!found && in.isReadable()) {
          found = head.take(in.readSlice(1 + random.nextInt(in.readableBytes())));
        }
        if (found) {
          // Exactly the head, so that reading past its end would be an exception.
          byte[] exact = Arrays.copyOf(head.bytes(), head.length());
          if (request) {
            parser.request(exact, exact.length, 16);
            RequestTarget.parse(parser.method(), parser.target(), parser.host());
          } else {
            parser.response(exact, exact.length, 16);
          }
          parser
              .headers()
              .forEach((n, v) -> assertThat(n + v).doesNotContain("\r", "\n", "\u0000"));
        }
      } catch (BadMessage e) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(refused).isBetween(20_000, 59_000);
  }

  private static byte[] mangled(String text, Random random) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    byte[] favourites = "\r\n :\t,;0aH/%\u0000\u007f\u00ff".getBytes(ISO_8859_1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int changes = random.nextInt(4);
    int next = random.nextInt(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (changes > 0 && i >= next) {
        changes--;
        next = i + 1 + random.nextInt(bytes.length - i);
        switch (random.nextInt(3)) {
          case 0 -> out.write(favourites[random.nextInt(favourites.length)]);
          case 1 -> {
            out.write(favourites[random.nextInt(favourites.length)]);
            out.write(bytes[i]);
          }
          default -> {
            // The byte is left out.
          }
        }
      } else {
        out.write(bytes[i]);
      }
    }
    return out.toByteArray();
  }

  @Test
  void chunksGiveTheSameContentForEverySplit() throws Exception {
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      ByteArrayOutputStream wire = new ByteArrayOutputStream();
      int chunks = random.nextInt(6);
      for (int i = 0; i < chunks; i++) {
        byte[] data = new byte[1 + random.nextInt(random.nextBoolean() ? 20 : 5000)];
        random.nextBytes(data);
        content.writeBytes(data);
        String size = Integer.toHexString(data.length);
        String zeros = "0".repeat(random.nextInt(3));
        String extension = random.nextInt(3) == 0 ? ";a=\"b c\"" : "";
        String upper = random.nextBoolean() ? size.toUpperCase(java.util.Locale.ROOT) : size;
        wire.writeBytes((zeros + upper + extension + "\r\n").getBytes(ISO_8859_1));
        wire.writeBytes(data);
        wire.writeBytes("\r\n".getBytes(ISO_8859_1));
      }
      String trailers = random.nextInt(3) == 0 ? "A: b\r\nc:\r\n" : "";
      wire.writeBytes(("0\r\n" + trailers + "\r\n").getBytes(ISO_8859_1));
      int length = wire.size();
      wire.writeBytes("next".getBytes(ISO_8859_1));
      ByteBuf in = Unpooled.wrappedBuffer(wire.toByteArray());
      ChunkedReader reader = new ChunkedReader(1_000_000);
      ByteSink sink = new ByteSink(1);
      boolean done = false;
      while (!done) {
        assertThat(in.readerIndex()).isLessThan(length);
        ByteBuf part = in.readSlice(1 + random.nextInt(Math.min(300, in.readableBytes())));
        done = reader.read(part, sink);
        if (done) {
          assertThat(in.readerIndex() - part.readableBytes()).as("seed " + seed).isEqualTo(length);
        }
      }
      assertThat(sink.copy()).as("seed " + seed).isEqualTo(content.toByteArray());
    }
  }

  @Test
  void compressedContentComesBackForEverySplitAndEveryMangledByteIsNoticedOrHarmless()
      throws Exception {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      byte[] content = new byte[random.nextInt(3000)];
      for (int i = 0; i < content.length; i++) {
        content[i] = (byte) ('a' + random.nextInt(5));
      }
      byte[] packed = ClientTest.gzip(content);
      assertThat(unpacked(packed, random)).as("seed " + seed).isEqualTo(content);
      packed[10 + random.nextInt(packed.length - 10)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(unpacked(packed, random)).as("seed " + seed).isIn(content, new byte[0]);
      } catch (BadMessage e) {
        assertThat(e.text()).contains("compressed body");
      }
    }
  }

  /** The content; empty when the stream did not end. */
  private static byte[] unpacked(byte[] packed, Random random) throws BadMessage {
    try (ContentDecoder decoder = ContentDecoder.of("gzip", 1_000_000).orElseThrow()) {
      ByteSink sink = new ByteSink(16);
      int at = 0;
      while (at < packed.length) {
        int to = Math.min(packed.length, at + 1 + random.nextInt(100));
        decoder.decode(packed, at, to, sink);
        at = to;
      }
      return decoder.complete() ? sink.copy() : new byte[0];
    }
  }
}
