package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.wire.MalformedJson.Rule;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

final class JsonTest {
  private static Json read(String json) throws MalformedJson {
    return Json.read(json.getBytes(UTF_8), JsonLimits.REQUEST);
  }

  private static MalformedJson refused(byte[] bytes, JsonLimits limits) {
    return catchThrowableOfType(MalformedJson.class, () -> Json.read(bytes, limits));
  }

  private static MalformedJson refused(String json) {
    return refused(json.getBytes(UTF_8), JsonLimits.REQUEST);
  }

  @Test
  void corpusIsAcceptedAndRefusedByTheExactRule() {
    int cases = 0;
    for (String accepted : JsonCorpus.ACCEPTED) {
      byte[] bytes = accepted.getBytes(ISO_8859_1);
      assertThat(refused(bytes, JsonLimits.REQUEST)).as(accepted).isNull();
      assertThat(refused(bytes, JsonLimits.RESPONSE)).as(accepted).isNull();
      cases++;
    }
    for (var entry : JsonCorpus.REFUSED.entrySet()) {
      for (String bad : entry.getValue()) {
        byte[] bytes = bad.getBytes(ISO_8859_1);
        MalformedJson why = refused(bytes, JsonLimits.REQUEST);
        assertThat(why).as(bad).isNotNull();
        assertThat(why.rule()).as(bad).isEqualTo(entry.getKey());
        assertThat(why.offset()).as(bad).isBetween(0, bytes.length);
        cases++;
      }
    }
    assertThat(cases).isGreaterThan(300);
  }

  @Test
  void placeInALargerArrayChangesNothing() {
    List<String> all = new ArrayList<>(JsonCorpus.ACCEPTED);
    JsonCorpus.REFUSED.values().forEach(all::addAll);
    for (String text : all) {
      byte[] bytes = text.getBytes(ISO_8859_1);
      for (String around : List.of("\"", "1", "}", "\u00bf\u00bf\u00bf", "        \"        ")) {
        byte[] edge = around.getBytes(ISO_8859_1);
        byte[] large = new byte[bytes.length + 2 * edge.length];
        System.arraycopy(edge, 0, large, 0, edge.length);
        System.arraycopy(bytes, 0, large, edge.length, bytes.length);
        System.arraycopy(edge, 0, large, edge.length + bytes.length, edge.length);
        MalformedJson alone = refused(bytes, JsonLimits.REQUEST);
        MalformedJson inside =
            catchThrowableOfType(
                MalformedJson.class,
                () ->
                    Json.read(large, edge.length, edge.length + bytes.length, JsonLimits.REQUEST));
        assertThat(inside == null).as(text).isEqualTo(alone == null);
        if (alone != null) {
          assertThat(inside.rule()).as(text).isEqualTo(alone.rule());
          assertThat(inside.offset()).as(text).isEqualTo(alone.offset() + edge.length);
        }
      }
    }
  }

  @Test
  void lenientReadingLetsDuplicatesAndHalfPairsThrough() throws Exception {
    for (String bad : JsonCorpus.refused(Rule.DUPLICATE_KEY)) {
      assertThat(refused(bad.getBytes(ISO_8859_1), JsonLimits.RESPONSE)).as(bad).isNull();
    }
    JsonNode half = Json.of("{\"a\":\"x\\ud83dy\",\"a\":2}").root().get("a");
    assertThat(half.text()).isEqualTo("x\ud83dy");
    assertThat(new JsonWriter().value(half.text()).toString()).isEqualTo("\"x\\ud83dy\"");
    assertThat(new JsonWriter().value(half.asText()).toString()).isEqualTo("\"x\\ud83dy\"");
  }

  @Test
  void messagesSayWhatAndWhere() {
    assertThat(refused("{\"a\":1,\"b\":[1,2,]}"))
        .hasMessage("the body is not valid JSON: expected a value, found ']' (at byte 16)");
    assertThat(refused("{\"model\":1,\"model\":2}"))
        .hasMessage("the member 'model' appears twice in one object; send it once (at byte 11)");
    assertThat(refused("")).hasMessageContaining("the body is empty");
    assertThat(refused("{'a':1}")).hasMessageContaining("double quotes");
    assertThat(refused("{\"a\":nul}")).hasMessageContaining("expected 'null'");
  }

  @Test
  void everyTruncationIsRefused() {
    String whole =
        "{\"a\":[1,-2.5e+3,true,null,\"é漢\uD83D\uDE00\\n\\ud83d\\ude00\"],\"b\":{\"c\":{}}}";
    byte[] bytes = whole.getBytes(UTF_8);
    for (int length = 0; length < bytes.length; length++) {
      MalformedJson why = refused(Arrays.copyOf(bytes, length), JsonLimits.REQUEST);
      assertThat(why).as("length " + length).isNotNull();
      assertThat(why.rule()).isIn(Rule.SYNTAX, Rule.ENCODING);
    }
  }

  /** Every sequence of up to three bytes, and many of four, against Java's own strict decoder. */
  @Test
  void validUtf8IsWhatJavaSaysItIs() {
    Random random = new Random(3);
    byte[] quoted = {'"', 0, 0, 0, 0, '"'};
    int valid = 0;
    for (int i = 0; i < 400_000; i++) {
      int length = 1 + i % 4;
      for (int k = 1; k <= 4; k++) {
        quoted[k] = (byte) (k <= length ? (k == 1 ? 0xC0 : 0x80) | random.nextInt(64) : 'x');
      }
      if (random.nextInt(3) == 0) {
        quoted[1 + random.nextInt(4)] = (byte) random.nextInt(256);
      }
      if (Arrays.equals(quoted, 1, 5, new byte[4], 0, 4)
          || contains(quoted, (byte) '"', 1, 5)
          || contains(quoted, (byte) '\\', 1, 5)
          || controls(quoted)) {
        continue;
      }
      boolean decodes = decodes(quoted);
      assertThat(refused(quoted, JsonLimits.REQUEST) == null)
          .as(Arrays.toString(quoted))
          .isEqualTo(decodes);
      valid += decodes ? 1 : 0;
    }
    assertThat(valid).isGreaterThan(10_000);
  }

  private static boolean contains(byte[] in, byte wanted, int from, int to) {
    for (int i = from; i < to; i++) {
      if (in[i] == wanted) {
        return true;
      }
    }
    return false;
  }

  private static boolean controls(byte[] in) {
    for (byte b : in) {
      if (b >= 0 && b < 0x20) {
        return true;
      }
    }
    return false;
  }

  private static boolean decodes(byte[] in) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(in));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Test
  void depthIsLimited() {
    JsonLimits three = new JsonLimits(1000, 3, 1000, 100, true);
    assertThat(refused("[[[1]]]".getBytes(UTF_8), three)).isNull();
    assertThat(refused("{\"a\":{\"a\":{}}}".getBytes(UTF_8), three)).isNull();
    assertThat(refused("[[],[[]],[[]]]".getBytes(UTF_8), three)).isNull();
    assertThat(refused("[[[[]]]]".getBytes(UTF_8), three).rule()).isEqualTo(Rule.TOO_DEEP);
    assertThat(refused("{\"a\":[{\"a\":[]}]}".getBytes(UTF_8), three).rule())
        .isEqualTo(Rule.TOO_DEEP);
    assertThat(refused("[".repeat(5_000_000)).rule()).isEqualTo(Rule.TOO_DEEP);
    assertThat(refused("{\"a\":".repeat(1_000_000)).rule()).isEqualTo(Rule.TOO_DEEP);
    JsonLimits deepest = new JsonLimits(1 << 20, 1024, 10_000, 100, true);
    assertThat(refused(("[".repeat(1024) + "]".repeat(1024)).getBytes(UTF_8), deepest)).isNull();
    assertThatThrownBy(() -> new JsonLimits(1000, 1025, 1000, 100, true))
        .hasMessageContaining("1024");
  }

  @Test
  void sizeNodesAndNumbersAreLimited() {
    JsonLimits limits = new JsonLimits(20, 10, 4, 5, true);
    assertThat(refused("[1,2,3]".getBytes(UTF_8), limits)).isNull();
    assertThat(refused("[1,2,3,4]".getBytes(UTF_8), limits).rule()).isEqualTo(Rule.TOO_MANY_NODES);
    assertThat(refused("{\"a\":{\"b\":1}}".getBytes(UTF_8), limits).rule())
        .isEqualTo(Rule.TOO_MANY_NODES);
    assertThat(refused("12345".getBytes(UTF_8), limits)).isNull();
    assertThat(refused("123456".getBytes(UTF_8), limits).rule()).isEqualTo(Rule.NUMBER_TOO_LONG);
    assertThat(refused("\"123456789012345678\"".getBytes(UTF_8), limits)).isNull();
    assertThat(refused("\"1234567890123456789\"".getBytes(UTF_8), limits).rule())
        .isEqualTo(Rule.TOO_LARGE);
    assertThat(refused("[1,2,3,4]".getBytes(UTF_8), limits)).hasMessageContaining("limit of 4");
  }

  @Test
  void manyKeysAndCollidingKeysStayFast() {
    StringBuilder many = new StringBuilder("{");
    for (int i = 0; i < 200_000; i++) {
      many.append(i > 0 ? "," : "").append("\"key").append(i).append("\":0");
    }
    String unique = many + "}";
    String twice = many + ",\"key77\":1}";
    // "Aa" and "BB" have one String.hashCode, so all 2^15 words of them do.
    StringBuilder colliding = new StringBuilder("{");
    for (int i = 0; i < 1 << 15; i++) {
      colliding.append(i > 0 ? ",\"" : "\"");
      for (int bit = 0; bit < 15; bit++) {
        colliding.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      colliding.append("\":0");
    }
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertThat(refused(unique)).isNull();
          assertThat(refused(twice).rule()).isEqualTo(Rule.DUPLICATE_KEY);
          assertThat(refused(twice).offset()).isEqualTo(many.length() + 1);
          assertThat(refused(colliding + "}")).isNull();
          assertThat(refused(colliding + ",\"" + "Aa".repeat(15) + "\":1}").rule())
              .isEqualTo(Rule.DUPLICATE_KEY);
        });
  }

  @Test
  void randomDocumentsAreWhatJacksonReads() throws Exception {
    Documents documents = new Documents(new Random(1));
    for (int i = 0; i < 20_000; i++) {
      String json = documents.document();
      Oracle.assertSame(read(json).root(), Oracle.read(json));
    }
  }

  /**
   * One byte of a document changed, removed or put in: both accept or both refuse. Stricter than
   * Jackson on decoded text: half surrogate pairs as escapes, and a byte order mark. Wider: a
   * number whose exponent no BigDecimal holds, which Jackson cannot turn into a node.
   */
  @Test
  void mutationsAreAcceptedOrRefusedAsByJackson() {
    Random random = new Random(2);
    Documents documents = new Documents(random);
    byte[] alphabet = "{}[]\",:\\/u0123456789eE+-.tfn \n\t\u0000\u001f'".getBytes(ISO_8859_1);
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < 60_000; i++) {
      byte[] bytes = documents.document().getBytes(UTF_8);
      int at = random.nextInt(bytes.length + 1);
      byte b =
          random.nextInt(4) == 0
              ? (byte) random.nextInt(256)
              : alphabet[random.nextInt(alphabet.length)];
      byte[] mutant =
          switch (random.nextInt(3)) {
            case 0 -> insert(bytes, at, b);
            case 1 -> at < bytes.length ? remove(bytes, at) : Arrays.copyOf(bytes, at - 1);
            default -> change(bytes, Math.min(at, bytes.length - 1), b);
          };
      MalformedJson ours = refused(mutant, JsonLimits.REQUEST);
      boolean theirs = decodes(mutant) && jacksonAccepts(new String(mutant, UTF_8));
      boolean stricter = ours != null && ours.rule() == Rule.ENCODING && decodes(mutant);
      if (stricter) {
        assertThat(ours)
            .satisfiesAnyOf(
                e -> assertThat(e).hasMessageContaining("half of a surrogate pair"),
                e -> assertThat(e).hasMessageContaining("byte order mark"));
      } else if (ours != null || !hasAbsurdExponent(mutant)) {
        assertThat(ours == null).as(new String(mutant, ISO_8859_1)).isEqualTo(theirs);
      }
      accepted += ours == null ? 1 : 0;
      refused += ours == null ? 0 : 1;
    }
    assertThat(accepted).isGreaterThan(5_000);
    assertThat(refused).isGreaterThan(5_000);
  }

  private static boolean hasAbsurdExponent(byte[] document) {
    try {
      return hasAbsurdExponent(Json.read(document, JsonLimits.REQUEST).root());
    } catch (MalformedJson e) {
      return false; // refused documents are compared in any case
    }
  }

  private static boolean hasAbsurdExponent(JsonNode node) {
    for (JsonNode item : node.items()) {
      if (hasAbsurdExponent(item)) {
        return true;
      }
    }
    for (JsonNode.Member member : node.members()) {
      if (hasAbsurdExponent(member.value())) {
        return true;
      }
    }
    return node.isNumber() && node.decimalIfAny().isEmpty();
  }

  private static boolean jacksonAccepts(String json) {
    try {
      Oracle.read(json);
      return true;
    } catch (JacksonException | IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] insert(byte[] in, int at, byte b) {
    byte[] out = new byte[in.length + 1];
    System.arraycopy(in, 0, out, 0, at);
    out[at] = b;
    System.arraycopy(in, at, out, at + 1, in.length - at);
    return out;
  }

  private static byte[] remove(byte[] in, int at) {
    byte[] out = new byte[in.length - 1];
    System.arraycopy(in, 0, out, 0, at);
    System.arraycopy(in, at + 1, out, at, in.length - at - 1);
    return out;
  }

  private static byte[] change(byte[] in, int at, byte b) {
    byte[] out = in.clone();
    out[at] = b;
    return out;
  }

  @Test
  void randomBytesThrowNothingButMalformedJson() {
    Random random = new Random(4);
    byte[] likely = "{}[]\",:\\u0019eE+-.truefalsn \n\u00c3\u00a9\u00f0".getBytes(ISO_8859_1);
    for (int i = 0; i < 300_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      for (int k = 0; k < bytes.length; k++) {
        bytes[k] =
            random.nextInt(5) == 0
                ? (byte) random.nextInt(256)
                : likely[random.nextInt(likely.length)];
      }
      JsonLimits limits = i % 2 == 0 ? JsonLimits.REQUEST : JsonLimits.RESPONSE;
      try {
        walk(Json.read(bytes, limits).root());
      } catch (MalformedJson e) {
        assertThat(e.offset()).isBetween(0, bytes.length);
      }
    }
  }

  private static void walk(JsonNode node) {
    assertThat(node.toString()).isNotEmpty();
    node.longOr(0);
    node.doubleOr(0);
    node.textOr("");
    assertThat(node.isNumber() || node.decimalIfAny().isEmpty()).isTrue();
    for (JsonNode item : node.items()) {
      walk(item);
    }
    for (JsonNode.Member member : node.members()) {
      assertThat(node.get(member.name()).exists()).isTrue();
      walk(member.value());
    }
  }
}
