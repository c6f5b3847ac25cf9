package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Looking at values, and writing them. */
final class JsonNodeTest {
  @Test
  void whatIsNotThereIsAbsentAndHarmless() {
    JsonNode root = Json.of("{\"a\":null,\"b\":[1,\"x\"],\"c\":\"t\"}").root();
    JsonNode nowhere = root.get("x").get("y").at(3);
    assertThat(nowhere.exists()).isFalse();
    assertThat(nowhere.kind()).isEqualTo(JsonNode.Kind.ABSENT);
    assertThat(nowhere.items()).isEmpty();
    assertThat(nowhere.members()).isEmpty();
    assertThat(nowhere.size()).isZero();
    assertThat(nowhere.longOr(5)).isEqualTo(5);
    assertThat(nowhere.textIfAny()).isEmpty();
    assertThat(nowhere.decimalIfAny()).isEmpty();
    assertThat(nowhere.toString()).isEqualTo("(absent)");
    assertThatThrownBy(nowhere::start).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(nowhere::end).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(nowhere::raw).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(nowhere::text).isInstanceOf(IllegalStateException.class);
    assertThat(root.get("a").exists()).isTrue();
    assertThat(root.get("a").hasValue()).isFalse();
    assertThat(root.get("a").textOr("none")).isEqualTo("none");
    assertThat(root.get("b").at(-1).exists()).isFalse();
    assertThat(root.get("b").at(2).exists()).isFalse();
    assertThat(root.get("b").get("0").exists()).isFalse();
    assertThat(root.get("c").items()).isEmpty();
    var iterator = root.get("b").items().iterator();
    iterator.next();
    iterator.next();
    assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void namesAreFoundHoweverTheyAreWritten() {
    JsonNode root = Json.of("{\"é\":1,\"\\u0061b\":2,\"\uD83D\uDE00\":3,\"\":4,\"abc\":5}").root();
    assertThat(root.get("é").longOr(0)).isEqualTo(1);
    assertThat(root.get("ab").longOr(0)).isEqualTo(2);
    assertThat(root.get("\uD83D\uDE00").longOr(0)).isEqualTo(3);
    assertThat(root.get("").longOr(0)).isEqualTo(4);
    assertThat(root.get("abc").longOr(0)).isEqualTo(5);
    assertThat(root.get("a").exists()).isFalse();
    assertThat(root.get("abcd").exists()).isFalse();
    assertThat(root.get("\\u0061b").exists()).isFalse();
  }

  @Test
  void longsAreExactOrTheFallback() {
    String[][] cases = {
      {"0", "0"},
      {"-0", "0"},
      {"7", "7"},
      {"-7", "-7"},
      {"1e3", "1000"},
      {"1.0", "1"},
      {"25e-1", "-99"},
      {"1.5", "-99"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775808", "-99"},
      {"999999999999999999", "999999999999999999"},
      {"-999999999999999999", "-999999999999999999"},
      {"1000000000000000000", "1000000000000000000"},
      {"1e18", "1000000000000000000"},
      {"1e19", "-99"},
      {"1e999999999", "-99"},
      {"1e99999999999", "-99"},
      {"1e-99999999999", "-99"},
      {"0.0000000000000000000000000000", "0"},
      {"\"1\"", "-99"},
      {"true", "-99"}
    };
    for (String[] c : cases) {
      assertThat(Json.of(c[0]).root().longOr(-99)).as(c[0]).isEqualTo(Long.parseLong(c[1]));
    }
  }

  @Test
  void numbersKeepTheirDigits() {
    assertThat(Json.of("2.50").root().decimal().toString()).isEqualTo("2.50");
    assertThat(Json.of("2.50").root().doubleOr(0)).isEqualTo(2.5);
    JsonNode absurd = Json.of("1e99999999999").root();
    assertThat(absurd.decimalIfAny()).isEmpty();
    assertThat(absurd.doubleOr(0)).isInfinite();
    assertThatThrownBy(absurd::decimal).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Json.of("[]").root().decimal())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anyTextSurvivesWritingAndReading() throws Exception {
    Random random = new Random(6);
    StringBuilder text = new StringBuilder();
    for (int c = 0; c < 0x300; c++) {
      text.append((char) c);
    }
    check(text.toString());
    for (int i = 0; i < 20_000; i++) {
      StringBuilder s = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        switch (random.nextInt(4)) {
          case 0 -> s.append((char) random.nextInt(0x80));
          case 1 -> s.append((char) random.nextInt(0xD800));
          case 2 -> s.appendCodePoint(0x10000 + random.nextInt(0x100000));
          default -> s.append("\"\\/\b\f\n\r\t".charAt(random.nextInt(8)));
        }
      }
      check(s.toString());
    }
  }

  private static void check(String text) throws Exception {
    String json = new JsonWriter().value(text).toString();
    assertThat(Oracle.read(json).stringValue()).isEqualTo(text);
    JsonNode read = Json.read(Frames.utf8(json), JsonLimits.REQUEST).root();
    assertThat(read.text()).isEqualTo(text);
    assertThat(read.asText()).isEqualTo(Text.of(text)).hasSameHashCodeAs(Text.of(text));
    assertThat(new JsonWriter().value(read.asText()).toString()).isEqualTo(json);
    assertThat(new JsonWriter().value(Text.of(text)).toString()).isEqualTo(json);
  }

  @Test
  void halfASurrogatePairIsWrittenAsItsEscape() {
    assertThat(new JsonWriter().value("a\ud83d").toString()).isEqualTo("\"a\\ud83d\"");
    assertThat(new JsonWriter().value("\ude00\ud83db").toString()).isEqualTo("\"\\ude00\\ud83db\"");
  }

  @Test
  void writerPutsCommasWhereTheyBelong() {
    JsonWriter out =
        new JsonWriter()
            .beginObject()
            .field("a", 1)
            .name("b")
            .beginArray()
            .endArray()
            .name("c")
            .beginArray()
            .value(1)
            .value("x")
            .beginObject()
            .endObject()
            .nullValue()
            .endArray()
            .field("d", true)
            .field("e", new java.math.BigDecimal("2.50"))
            .field("f", Raw.of("{ \"x\" : 1 }"))
            .field("g", Text.of("t"))
            .field("h", 0.5)
            .field("i", Double.NaN)
            .field("j", 3.0)
            .endObject();
    assertThat(out.toString())
        .isEqualTo(
            "{\"a\":1,\"b\":[],\"c\":[1,\"x\",{},null],\"d\":true,\"e\":2.50,\"f\":{ \"x\" : 1 },"
                + "\"g\":\"t\",\"h\":0.5,\"i\":null,\"j\":3}");
    assertThat(out.toRaw().toString()).isEqualTo(out.toString());
    assertThat(out.toBytes()).hasSize(out.size());
    assertThatThrownBy(() -> new JsonWriter().beginObject().toRaw())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void everyNumberWrittenIsJson() throws Exception {
    for (double d :
        new double[] {
          0, -0.0, 1e21, 1e-7, 1e15, 123456789.125, Double.MAX_VALUE, Double.MIN_VALUE
        }) {
      String json = new JsonWriter().value(d).toString();
      assertThat(Json.read(Frames.utf8(json), JsonLimits.REQUEST).root().doubleOr(-1))
          .isEqualByComparingTo(d == 0 ? 0.0 : d);
    }
    for (String s : new String[] {"1E+3", "1e-30", "0.10", "-5", "1E-400"}) {
      String json = new JsonWriter().value(new java.math.BigDecimal(s)).toString();
      assertThat(Json.of(json).root().decimal()).isEqualTo(new java.math.BigDecimal(s));
    }
  }

  @Test
  void randomDocumentsAreCopiedVerbatim() throws Exception {
    Documents documents = new Documents(new Random(7));
    for (int i = 0; i < 2_000; i++) {
      String json = documents.document();
      Raw raw = Json.read(Frames.utf8(json), JsonLimits.REQUEST).root().raw();
      assertThat(raw.toString()).isEqualTo(json.strip());
      assertThat(new JsonWriter().value(raw).toString()).isEqualTo(json.strip());
      assertThat(Raw.of(json)).isEqualTo(raw).hasSameHashCodeAs(raw);
      assertThat(raw.bytes()).hasSize(raw.length());
    }
  }

  @Test
  void rawsAreEqualByBytesAndTextsByText() {
    JsonNode items = Json.of("[\"a\",\"\\u0061\",\"a\",[1],[1 ]]").root();
    assertThat(items.at(0).asText()).isEqualTo(items.at(1).asText()).isEqualTo(Text.of("a"));
    assertThat(items.at(0).asText()).hasSameHashCodeAs(items.at(1).asText());
    assertThat(items.at(0).raw()).isEqualTo(items.at(2).raw()).isNotEqualTo(items.at(1).raw());
    assertThat(items.at(3).raw()).isNotEqualTo(items.at(4).raw()).isEqualTo(Raw.of(" [1] "));
    assertThat(Text.of("")).isSameAs(Text.EMPTY).isEqualTo(Json.of("\"\"").root().asText());
    assertThat(Json.of("\"\"").root().asText().isEmpty()).isTrue();
    assertThat(Text.of("b")).isNotEqualTo(Text.of("a")).isNotEqualTo("b");
  }
}
