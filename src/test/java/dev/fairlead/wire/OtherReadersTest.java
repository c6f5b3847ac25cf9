package dev.fairlead.wire;

import static dev.fairlead.wire.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines of JSON, and a JSON array element by element. */
final class OtherReadersTest {
  private static List<String> data(FrameReader reader, String stream) throws MalformedFrame {
    return Frames.read(reader, utf8(stream)).stream().map(Frame::dataText).toList();
  }

  @Test
  void aLineIsADocument() throws Exception {
    assertThat(data(new NdjsonReader(), "{\"a\":1}\n {\"b\":2} \r\n\n{\"c\":3}"))
        .containsExactly("{\"a\":1}", "{\"b\":2}", "", "{\"c\":3}");
    assertThat(data(new NdjsonReader(), "")).isEmpty();
    assertThat(data(new NdjsonReader(), "1\n  \t")).containsExactly("1");
  }

  @Test
  void linesSplitAnywhereAreTheSame() throws Exception {
    for (String stream :
        List.of("", "\n", "{\"a\":\"é\uD83D\uDE00\"}\r\n\n 1 \n2", "1\r", "\r\n\r\n1")) {
      Frames.anySplitIsTheSame(NdjsonReader::new, utf8(stream), 50);
    }
  }

  @Test
  void lineOverTheLimitIsRefused() {
    for (int cut = 0; cut < 12; cut++) {
      int at = cut;
      assertThatThrownBy(() -> Frames.read(new NdjsonReader(10), utf8("12345678901\n"), at))
          .isInstanceOf(MalformedFrame.class)
          .hasMessageContaining("10 bytes");
    }
  }

  private static final List<String> ARRAYS =
      List.of(
          "[]",
          " [ ] ",
          "[{\"a\":1},\n{\"b\":[1,{\"c\":\"]},[{\"}]}\r\n,\r\n{}\n]\n",
          "[\"s\\\"t\\\\\",1,-2.5e3,true,null,\"\",[[],[1]]]",
          "[1 , 2\n]",
          "{\"error\":{\"code\":400}}",
          "[{\"text\":\"é\uD83D\uDE00 \\u007d \\\\\"}]",
          "[{\"long\":\"" + "x".repeat(200) + "\\\"\"},{}]",
          "[{\"a\":1},");

  @Test
  void anElementIsAFrame() throws Exception {
    assertThat(data(new JsonArrayReader(), ARRAYS.get(2)))
        .containsExactly("{\"a\":1}", "{\"b\":[1,{\"c\":\"]},[{\"}]}", "{}", "");
    assertThat(data(new JsonArrayReader(), ARRAYS.get(3)))
        .containsExactly("\"s\\\"t\\\\\"", "1", "-2.5e3", "true", "null", "\"\"", "[[],[1]]", "");
    assertThat(data(new JsonArrayReader(), "{\"error\":1}")).containsExactly("{\"error\":1}");
    assertThat(data(new JsonArrayReader(), "[]")).containsExactly("");
    assertThat(data(new JsonArrayReader(), "")).isEmpty();
  }

  @Test
  void rawBytesAreTheArray() throws Exception {
    String stream = "[{\"a\":1},\n{\"b\":2}\n]";
    List<Frame> frames = Frames.read(new JsonArrayReader(), utf8(stream));
    assertThat(Frames.rawOf(frames)).isEqualTo(utf8(stream));
    assertThat(frames.get(1).data()).isSameAs(frames.get(1).raw());
  }

  @Test
  void arraysSplitAnywhereAreTheSame() throws Exception {
    for (String stream : ARRAYS) {
      Frames.anySplitIsTheSame(JsonArrayReader::new, utf8(stream), 50);
    }
  }

  @Test
  void whatIsNoArrayIsRefused() {
    for (String stream :
        List.of(
            "hello",
            "<html>",
            "1",
            "\"s\"",
            "[1 2]",
            "[,1]",
            "[1,,2]",
            "[1,]",
            "[]]",
            "[1]x",
            "{}{}",
            "[{}{}]",
            "[:]",
            "[{\"a\":1",
            "[\"a",
            "[12",
            "[\"a\\")) {
      assertThatThrownBy(() -> Frames.read(new JsonArrayReader(), utf8(stream)))
          .as(stream)
          .isInstanceOf(MalformedFrame.class);
    }
  }

  @Test
  void elementOverTheLimitIsRefused() {
    for (int cut = 0; cut < 14; cut++) {
      int at = cut;
      assertThatThrownBy(() -> Frames.read(new JsonArrayReader(8), utf8("[\"12345678\"]    "), at))
          .isInstanceOf(MalformedFrame.class)
          .hasMessageContaining("8 bytes");
    }
  }
}
