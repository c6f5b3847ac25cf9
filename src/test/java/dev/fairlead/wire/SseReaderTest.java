package dev.fairlead.wire;

import static dev.fairlead.wire.Frames.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SseReaderTest {
  /** Event and data of each frame. */
  private static List<String> events(String stream) throws MalformedFrame {
    return Frames.read(new SseReader(), utf8(stream)).stream()
        .map(f -> f.event() + "=" + f.dataText())
        .toList();
  }

  private static final List<String> CORPUS =
      List.of(
          "",
          "\n",
          "\r",
          "\r\n\r\n",
          "data: {\"a\":1}\n\ndata: [DONE]\n\n",
          "data: one\r\n\r\ndata: two\r\n\r\n",
          "data: one\r\rdata: two\r\r",
          "data: mixed\r\n\ndata: two\n\r\ndata: three\r\r\n\ndata:four\n\r",
          "data: a\r\r\ndata: b\r\r\n\r\ndata: c\n\n\r\n",
          "\uFEFFdata: mark\n\n\uFEFFdata: no mark\n\n",
          "\uFEFF\ndata: after mark\n\n",
          ": comment\n\n:\n\n: two\n: lines\n\n",
          ": keep\r\n\r\n: alive\r\n\r\n",
          "event: ping\ndata: {}\n\nevent: done\n\n",
          "event: a\nevent: b\nid: 7\nretry: 100\ndata: x\n\n",
          "data: one\ndata: two\ndata:\ndata:  four\n\n",
          "data\n\ndata\ndata\n\ndata:\n\n",
          "data\r\rdata\r\n\r\n",
          "data:no space\n\ndata:  two\n\ndatax: no\n\n data: no\n\nDATA: no\n\n",
          "data: ünïcödé 漢字 \uD83D\uDE00\nevent: \uD83D\uDE00é\n\n",
          "\n\n\ndata: after blanks\n\n\n\n",
          "data: cut",
          "data: cut\n",
          "data: cut\r",
          "data: cut\r\n\r",
          ": only a comment",
          "event: x\ndata: y\n\nevent: x",
          "id\ndata: 1\nfoo\n: c\nbar: baz\n\n",
          "data: colons: in: data:\n\n",
          "data: nul \u0000 and \u000b and \u2028\n\n");

  @Test
  void anySplitGivesTheSameFrames() throws Exception {
    for (String stream : CORPUS) {
      Frames.anySplitIsTheSame(SseReader::new, utf8(stream), 50);
    }
  }

  @Test
  void rawBytesAreTheStream() throws Exception {
    for (String stream : CORPUS) {
      byte[] raw = Frames.rawOf(Frames.read(new SseReader(), utf8(stream)));
      assertThat(stream).startsWith(new String(raw, UTF_8));
    }
    String whole = "data: a\r\n\r\n: c\n\n\nretry: 5\n\n";
    assertThat(Frames.rawOf(Frames.read(new SseReader(), utf8(whole)))).isEqualTo(utf8(whole));
  }

  @Test
  void allLineEndsEndLines() throws Exception {
    assertThat(events("data: one\r\n\r\ndata: two\n\ndata: three\r\r"))
        .containsExactly("=one", "=two", "=three");
    assertThat(events("event: e\rdata: 1\rdata: 2\r\r")).containsExactly("e=1\n2");
  }

  @Test
  void severalDataLinesAreJoined() throws Exception {
    assertThat(events("data: one\ndata: two\ndata:\ndata:  four\n\n"))
        .containsExactly("=one\ntwo\n\n four");
    assertThat(events("data\ndata\n\n")).containsExactly("=\n");
    assertThat(events("data: x\nevent: late\ndata: y\n\n")).containsExactly("late=x\ny");
  }

  @Test
  void oneSpaceAfterTheColonIsNotValue() throws Exception {
    assertThat(events("data:x\n\ndata: x\n\ndata:  x\n\ndata:\tx\n\n"))
        .containsExactly("=x", "=x", "= x", "=\tx");
    assertThat(events("event:x\ndata\n\nevent\ndata:1\n\n")).containsExactly("x=", "=1");
  }

  @Test
  void unknownFieldsMeanNothing() throws Exception {
    assertThat(events("datax: 1\n data: 2\nDATA: 3\nid: 4\nretry: 5\nnothing\ndata: 6\n\n"))
        .containsExactly("=6");
  }

  @Test
  void byteOrderMarkOpensTheStreamOnly() throws Exception {
    assertThat(events("\uFEFFdata: 1\n\n\uFEFFdata: 2\n\n")).containsExactly("=1", "=");
  }

  @Test
  void commentsAreFramesWithoutData() throws Exception {
    List<Frame> frames = Frames.read(new SseReader(), utf8(": keep-alive\n\ndata: 1\n\n"));
    assertThat(frames).hasSize(2);
    assertThat(frames.get(0).isEmpty()).isTrue();
    assertThat(frames.get(0).raw()).isEqualTo(utf8(": keep-alive\n\n"));
  }

  @Test
  void lastEventWithoutABlankLineCountsWhenItHasData() throws Exception {
    assertThat(events("data: 1\n\ndata: 2")).containsExactly("=1", "=2");
    assertThat(events("data: 1\n\ndata: 2\n")).containsExactly("=1", "=2");
    assertThat(events("data: 1\n\n: bye")).containsExactly("=1");
    assertThat(events("data: 1\n\nevent: x\nid: 3\n")).containsExactly("=1");
  }

  @Test
  void frameIsHandedOutAsSoonAsItsBlankLineIsThere() throws Exception {
    for (String stream : List.of("data: 1\n\n", "data: 1\r\n\r\n", "data: 1\r\r")) {
      List<Frame> frames = new ArrayList<>();
      byte[] bytes = utf8(stream);
      new SseReader().feed(bytes, 0, bytes.length, frames::add);
      assertThat(frames).as(stream).hasSize(1);
    }
  }

  @Test
  void dataOfOneLineStandsInTheRawBytes() throws Exception {
    Frame frame = Frames.read(new SseReader(), utf8("event: a\ndata: {\"x\":1}\n\n")).get(0);
    assertThat(frame.data()).isSameAs(frame.raw());
    assertThat(frame.json().root().get("x").longOr(0)).isEqualTo(1);
    assertThat(frame.dataIs("{\"x\":1}")).isTrue();
  }

  @Test
  void whatWeWriteIsReadBack() throws Exception {
    assertThat(
            events(
                new String(Sse.data(utf8("{\"é\":1}")), UTF_8)
                    + new String(Sse.event("ping", utf8("{}")), UTF_8)
                    + new String(Sse.comment("still here"), UTF_8)
                    + new String(Sse.DONE, UTF_8)))
        .containsExactly("={\"é\":1}", "ping={}", "=", "=[DONE]");
  }

  @Test
  void eventOverTheLimitIsRefusedHoweverItArrives() throws Exception {
    byte[] fits = utf8("data: 12345678\n\n");
    byte[] tooLong = utf8("data: 123456789\n\n");
    Frames.anySplitIsTheSame(() -> new SseReader(16), fits, 10);
    for (int cut = 0; cut <= tooLong.length; cut++) {
      int at = cut;
      assertThatThrownBy(() -> Frames.read(new SseReader(16), tooLong, at))
          .isInstanceOf(MalformedFrame.class)
          .hasMessageContaining("16 bytes");
    }
  }

  @Test
  void endlessEventIsRefusedWithBoundedMemory() {
    SseReader reader = new SseReader();
    byte[] chunk = new byte[1 << 16];
    Arrays.fill(chunk, (byte) 'x');
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 65; i++) {
                reader.feed(chunk, 0, chunk.length, f -> {});
              }
            })
        .isInstanceOf(MalformedFrame.class)
        .hasMessageContaining("4194304");
  }

  @Test
  void randomStreamsGiveTheSameFramesHoweverSplit() throws Exception {
    String[] pieces = {
      "data",
      ":",
      " ",
      "\n",
      "\r",
      "\r\n",
      "x",
      "event",
      "é",
      "\uD83D\uDE00",
      "\uFEFF",
      "data: {}",
      "\n\n"
    };
    Random random = new Random(5);
    for (int i = 0; i < 3_000; i++) {
      StringBuilder stream = new StringBuilder();
      for (int n = random.nextInt(25); n > 0; n--) {
        stream.append(pieces[random.nextInt(pieces.length)]);
      }
      byte[] bytes = utf8(stream.toString());
      List<String> whole = Frames.texts(new SseReader(), bytes);
      for (int cut = 0; cut <= bytes.length; cut++) {
        assertThat(Frames.texts(new SseReader(), bytes, cut)).isEqualTo(whole);
      }
      assertThat(dataOf(whole)).isEqualTo(slowly(stream.toString()));
    }
  }

  private static List<String> dataOf(List<String> frames) {
    return frames.stream()
        .map(f -> f.substring(f.lastIndexOf("|data=") + 6))
        .filter(d -> !d.isEmpty())
        .toList();
  }

  /** The standard's algorithm in its simplest form, for streams without colons in values. */
  private static List<String> slowly(String stream) {
    String text = stream.startsWith("\uFEFF") ? stream.substring(1) : stream;
    List<String> all = new ArrayList<>();
    List<String> data = new ArrayList<>();
    String[] lines = (text + "\n\n").split("\r\n|\n|\r", -1);
    for (String line : lines) {
      if (line.isEmpty()) {
        String joined = String.join("\n", data);
        if (!joined.isEmpty()) {
          all.add(new String(utf8(joined), java.nio.charset.StandardCharsets.ISO_8859_1));
        }
        data.clear();
      } else if (line.equals("data")) {
        data.add("");
      } else if (line.startsWith("data:")) {
        String value = line.substring(5);
        data.add(value.startsWith(" ") ? value.substring(1) : value);
      }
    }
    return all;
  }
}
