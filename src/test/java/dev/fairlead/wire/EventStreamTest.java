package dev.fairlead.wire;

import static dev.fairlead.wire.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

final class EventStreamTest {
  private static byte[] everyHeader() {
    return new EventStreamWriter()
        .bool("t", true)
        .bool("f", false)
        .int8("b", (byte) -1)
        .int16("s", (short) 300)
        .int32("i", -70000)
        .int64("l", Long.MIN_VALUE)
        .bytes("y", new byte[] {1, 2, 3})
        .string(":event-type", "délta")
        .timestamp("w", Instant.ofEpochMilli(1_700_000_000_123L))
        .uuid("u", new UUID(1, 2))
        .string(":message-type", "event")
        .message(utf8("{\"x\":1}"));
  }

  private static byte[] join(byte[]... parts) {
    ByteBuffer out = ByteBuffer.allocate(List.of(parts).stream().mapToInt(p -> p.length).sum());
    for (byte[] part : parts) {
      out.put(part);
    }
    return out.array();
  }

  @Test
  void messagesComeBackAsTheyWereWritten() throws Exception {
    List<Frame> frames =
        Frames.read(
            new EventStreamReader(),
            join(
                EventStreamWriter.event("contentBlockDelta", utf8("{\"a\":\"é\"}")),
                everyHeader(),
                EventStreamWriter.exception("throttlingException", utf8("{\"message\":\"slow\"}")),
                new EventStreamWriter().message(new byte[0])));
    assertThat(frames)
        .extracting(Frame::event)
        .containsExactly("contentBlockDelta", "délta", "exception:throttlingException", "");
    assertThat(frames)
        .extracting(Frame::dataText)
        .containsExactly("{\"a\":\"é\"}", "{\"x\":1}", "{\"message\":\"slow\"}", "");
    assertThat(frames.get(1).raw()).isEqualTo(everyHeader());
    assertThat(frames.get(1).data()).isSameAs(frames.get(1).raw());
  }

  @Test
  void errorMessageBecomesTheData() throws Exception {
    byte[] message =
        new EventStreamWriter()
            .string(":message-type", "error")
            .string(":error-code", "InternalFailure")
            .string(":error-message", "it \"broke\"")
            .message(new byte[0]);
    Frame frame = Frames.read(new EventStreamReader(), message).get(0);
    assertThat(frame.event()).isEqualTo("exception:InternalFailure");
    assertThat(frame.json().root().get("message").text()).isEqualTo("it \"broke\"");
    assertThat(frame.raw()).isEqualTo(message);
  }

  @Test
  void theEmptyMessageOfTheSpecificationIsRead() throws Exception {
    // 16 bytes: length 16, no headers, and the two sums that every implementation computes.
    byte[] empty = HexFormat.of().parseHex("000000100000000005c248eb7d98c8ff");
    assertThat(new EventStreamWriter().message(new byte[0])).isEqualTo(empty);
    assertThat(Frames.read(new EventStreamReader(), empty)).hasSize(1);
  }

  @Test
  void anySplitGivesTheSameMessages() throws Exception {
    byte[] stream =
        join(
            EventStreamWriter.event("messageStart", utf8("{\"role\":\"assistant\"}")),
            everyHeader(),
            EventStreamWriter.event("x", new byte[0]));
    Frames.anySplitIsTheSame(EventStreamReader::new, stream, 300);
  }

  @Test
  void everyFlippedBitIsRefused() {
    byte[] whole = everyHeader();
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> Frames.read(new EventStreamReader(), flipped))
          .as("bit " + bit)
          .isInstanceOf(MalformedFrame.class);
    }
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = everyHeader();
    for (int length = 1; length < whole.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Frames.read(new EventStreamReader(), cut))
          .isInstanceOf(MalformedFrame.class)
          .hasMessageContaining("ends inside");
    }
  }

  /** A message with these headers and both sums right. */
  private static byte[] summed(int total, int headerLength, byte[] headers) {
    ByteBuffer out = ByteBuffer.allocate(16 + headers.length).putInt(total).putInt(headerLength);
    CRC32 sum = new CRC32();
    sum.update(out.array(), 0, 8);
    out.putInt((int) sum.getValue()).put(headers);
    sum.reset();
    sum.update(out.array(), 0, 12 + headers.length);
    return out.putInt((int) sum.getValue()).array();
  }

  @Test
  void lengthsAndHeadersThatContradictThemselvesAreRefused() {
    List<byte[]> bad =
        List.of(
            summed(15, 0, new byte[0]),
            summed(0, 0, new byte[0]),
            summed(-1, 0, new byte[0]),
            summed(16, 1, new byte[0]),
            summed(16, -1, new byte[0]),
            summed(Integer.MAX_VALUE, 0, new byte[0]),
            summed(17, 1, new byte[] {0}),
            summed(17, 1, new byte[] {5}),
            summed(18, 2, new byte[] {1, 'a'}),
            summed(19, 3, new byte[] {1, 'a', 10}),
            summed(19, 3, new byte[] {1, 'a', -1}),
            summed(19, 3, new byte[] {1, 'a', 4}),
            summed(19, 3, new byte[] {1, 'a', 7}),
            summed(20, 4, new byte[] {1, 'a', 7, 0}),
            summed(21, 5, new byte[] {1, 'a', 7, 0, 1}),
            summed(21, 5, new byte[] {1, 'a', 6, -1, -1}));
    for (byte[] message : bad) {
      assertThatThrownBy(() -> Frames.read(new EventStreamReader(), message))
          .as(HexFormat.of().formatHex(message))
          .isInstanceOf(MalformedFrame.class);
    }
  }

  @Test
  void messageOverTheLimitIsRefusedByItsPrelude() {
    byte[] message = EventStreamWriter.event("x", new byte[1000]);
    assertThatThrownBy(() -> new EventStreamReader(1000).feed(message, 0, 12, f -> {}))
        .isInstanceOf(MalformedFrame.class)
        .hasMessageContaining("1000 bytes");
  }

  @Test
  void randomBytesAreRefusedAndNothingElse() {
    Random random = new Random(9);
    for (int i = 0; i < 20_000; i++) {
      byte[] headers = new byte[random.nextInt(40)];
      random.nextBytes(headers);
      if (random.nextBoolean() && headers.length > 2) {
        headers[0] = 1;
        headers[2] = (byte) random.nextInt(11);
      }
      byte[] message = summed(16 + headers.length, headers.length, headers);
      try {
        assertThat(Frames.read(new EventStreamReader(), message)).hasSize(1);
      } catch (MalformedFrame e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }
}
