package dev.fairlead.wire;

import static dev.fairlead.wire.Frames.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

final class SpliceTest {
  private static String spliced(String json, BiConsumer<Splice, JsonNode> edits) {
    Json doc = Json.of(json);
    Splice splice = new Splice(doc);
    edits.accept(splice, doc.root());
    return new String(splice.toBytes(), UTF_8);
  }

  @Test
  void noEditsGiveTheSameArray() {
    Json doc = Json.of(" { \"a\" : 1 } ");
    assertThat(new Splice(doc).toBytes()).isSameAs(doc.bytes());
    Splice nothing = new Splice(doc).remove(doc.root(), "x").rename(doc.root(), "x", "y");
    assertThat(nothing.isEmpty()).isTrue();
    assertThat(nothing.toBytes()).isSameAs(doc.bytes());
    Splice undone = new Splice(doc).set(doc.root(), "x", utf8("1")).remove(doc.root(), "x");
    assertThat(undone.toBytes()).isSameAs(doc.bytes());
  }

  @Test
  void membersAreRemovedWithTheirComma() {
    String json = "{ \"a\" : 1 ,\n \"b\" : 2 ,\t\"c\" : 3 }";
    assertThat(spliced(json, (s, o) -> s.remove(o, "a"))).isEqualTo("{ \"b\" : 2 ,\t\"c\" : 3 }");
    assertThat(spliced(json, (s, o) -> s.remove(o, "b"))).isEqualTo("{ \"a\" : 1 ,\n \"c\" : 3 }");
    assertThat(spliced(json, (s, o) -> s.remove(o, "c"))).isEqualTo("{ \"a\" : 1 ,\n \"b\" : 2 }");
    assertThat(spliced(json, (s, o) -> s.remove(o, "a").remove(o, "b"))).isEqualTo("{ \"c\" : 3 }");
    assertThat(spliced(json, (s, o) -> s.remove(o, "b").remove(o, "c"))).isEqualTo("{ \"a\" : 1 }");
    assertThat(spliced(json, (s, o) -> s.remove(o, "a").remove(o, "c"))).isEqualTo("{ \"b\" : 2 }");
    assertThat(spliced(json, (s, o) -> s.remove(o, "a").remove(o, "b").remove(o, "c")))
        .isEqualTo("{ }");
  }

  @Test
  void membersAreAddedAtTheEnd() {
    assertThat(spliced("{}", (s, o) -> s.set(o, "x", utf8("1")))).isEqualTo("{\"x\":1}");
    assertThat(spliced("{ \n }", (s, o) -> s.set(o, "x", utf8("1")).set(o, "y", utf8("2"))))
        .isEqualTo("{\"x\":1,\"y\":2 \n }");
    assertThat(spliced("{ \"a\": 1 }", (s, o) -> s.set(o, "é\"", utf8("[]"))))
        .isEqualTo("{ \"a\": 1,\"é\\\"\":[] }");
    assertThat(spliced("{ \"a\": 1 }", (s, o) -> s.remove(o, "a").set(o, "b", utf8("2"))))
        .isEqualTo("{\"b\":2 }");
    assertThat(spliced("{\"a\":1,\"b\":2}", (s, o) -> s.remove(o, "b").set(o, "c", utf8("3"))))
        .isEqualTo("{\"a\":1,\"c\":3}");
  }

  @Test
  void changesComposeInOrder() {
    String json = "{\"a\":1,\"b\":2}";
    assertThat(spliced(json, (s, o) -> s.set(o, "a", utf8("8")).set(o, "a", utf8("9"))))
        .isEqualTo("{\"a\":9,\"b\":2}");
    assertThat(spliced(json, (s, o) -> s.set(o, "a", utf8("9")).remove(o, "a")))
        .isEqualTo("{\"b\":2}");
    assertThat(spliced(json, (s, o) -> s.remove(o, "a").set(o, "a", utf8("9"))))
        .isEqualTo("{\"a\":9,\"b\":2}");
    assertThat(spliced(json, (s, o) -> s.rename(o, "a", "c").set(o, "c", utf8("9"))))
        .isEqualTo("{\"c\":9,\"b\":2}");
    assertThat(spliced(json, (s, o) -> s.set(o, "a", utf8("9")).rename(o, "a", "c")))
        .isEqualTo("{\"c\":9,\"b\":2}");
    assertThat(spliced(json, (s, o) -> s.rename(o, "a", "c").rename(o, "c", "d")))
        .isEqualTo("{\"d\":1,\"b\":2}");
    assertThat(spliced(json, (s, o) -> s.rename(o, "a", "b"))).isEqualTo("{\"b\":1}");
    assertThat(spliced(json, (s, o) -> s.rename(o, "a", "c").set(o, "a", utf8("5"))))
        .isEqualTo("{\"c\":1,\"b\":2,\"a\":5}");
    assertThat(spliced(json, (s, o) -> s.set(o, "x", utf8("5")).rename(o, "x", "y")))
        .isEqualTo("{\"a\":1,\"b\":2,\"y\":5}");
  }

  @Test
  void nestedEditsDoNotDisturbEachOther() {
    assertThat(
            spliced(
                "{\"a\":{},\"b\":{\"c\":1}}",
                (s, o) ->
                    s.set(o.get("a"), "x", utf8("1"))
                        .set(o.get("b"), "y", utf8("2"))
                        .set(o, "z", utf8("3"))))
        .isEqualTo("{\"a\":{\"x\":1},\"b\":{\"c\":1,\"y\":2},\"z\":3}");
    assertThat(
            spliced(
                "{\"a\":{\"b\":1},\"c\":2}",
                (s, o) -> s.set(o.get("a"), "b", utf8("9")).remove(o, "a")))
        .as("a change goes with the member that is removed around it")
        .isEqualTo("{\"c\":2}");
  }

  @Test
  void overlappingChangesAreRefused() {
    Json doc = Json.of("{\"a\":{\"b\":1}}");
    Splice splice =
        new Splice(doc)
            .replace(doc.root().get("a"), utf8("{}"))
            .replace(doc.root().get("a").get("b"), utf8("2"));
    assertThatThrownBy(splice::toBytes)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("overlapping");
    assertThatThrownBy(() -> new Splice(doc).replace(Json.of("1").root(), utf8("2")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new Splice(doc).set(doc.root().get("x"), "y", utf8("2")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void escapedNamesAreFoundAndElementsReplaced() {
    assertThat(spliced("{\"\\u0061\" : 1}", (s, o) -> s.set(o, "a", utf8("2"))))
        .isEqualTo("{\"\\u0061\" : 2}");
    assertThat(spliced("{\"\\u0061\" : 1}", (s, o) -> s.rename(o, "a", "b")))
        .isEqualTo("{\"b\" : 1}");
    assertThat(spliced("[1, 2 ,3]", (s, o) -> s.replace(o.at(1), utf8("\"x\""))))
        .isEqualTo("[1, \"x\" ,3]");
  }

  @Test
  void documentInsideAFrameIsChangedInItsFrame() throws Exception {
    byte[] frame = utf8("data: {\"model\":\"a\"}\n\n");
    Json doc = Json.read(frame, 6, frame.length - 2, JsonLimits.RESPONSE);
    byte[] out = new Splice(doc).set(doc.root(), "model", utf8("\"b\"")).toBytes();
    assertThat(new String(out, UTF_8)).isEqualTo("data: {\"model\":\"b\"}\n\n");
  }

  @Test
  void oneChangeLeavesEveryOtherByte() throws Exception {
    Random random = new Random(21);
    Documents documents = new Documents(random);
    for (int i = 0; i < 10_000; i++) {
      String json = documents.object();
      byte[] in = utf8(json);
      Json doc = Json.read(in, JsonLimits.REQUEST);
      List<JsonNode> objects = new ArrayList<>();
      objects(doc.root(), objects);
      JsonNode object = objects.get(random.nextInt(objects.size()));
      List<JsonNode.Member> members = new ArrayList<>();
      object.members().forEach(members::add);
      if (members.isEmpty()) {
        assertThat(new Splice(doc).set(object, "new", utf8("1")).toBytes())
            .isEqualTo(patched(in, object.start() + 1, object.start() + 1, "\"new\":1"));
        continue;
      }
      int n = random.nextInt(members.size());
      JsonNode.Member member = members.get(n);
      int start = member.value().start();
      int end = member.value().end();
      assertThat(new Splice(doc).set(object, member.name(), utf8("[7]")).toBytes())
          .isEqualTo(patched(in, start, end, "[7]"));
      int last = members.get(members.size() - 1).value().end();
      assertThat(new Splice(doc).set(object, "new name", utf8("{}")).toBytes())
          .isEqualTo(patched(in, last, last, ",\"new name\":{}"));
      byte[] removed =
          n + 1 < members.size()
              ? patched(in, member.nameStart(), members.get(n + 1).nameStart(), "")
              : patched(in, n > 0 ? members.get(n - 1).value().end() : object.start() + 1, end, "");
      assertThat(new Splice(doc).remove(object, member.name()).toBytes()).isEqualTo(removed);
      String nameAndRest = new String(in, member.nameStart(), start - member.nameStart(), UTF_8);
      int nameLength = utf8(nameAndRest.substring(0, closingQuote(nameAndRest) + 1)).length;
      assertThat(new Splice(doc).rename(object, member.name(), "new\nname").toBytes())
          .isEqualTo(
              patched(in, member.nameStart(), member.nameStart() + nameLength, "\"new\\nname\""));
    }
  }

  private static int closingQuote(String name) {
    int p = 1;
    while (name.charAt(p) != '"') {
      p += name.charAt(p) == '\\' ? 2 : 1;
    }
    return p;
  }

  private static byte[] patched(byte[] in, int from, int to, String with) {
    byte[] middle = utf8(with);
    byte[] out = new byte[in.length - (to - from) + middle.length];
    System.arraycopy(in, 0, out, 0, from);
    System.arraycopy(middle, 0, out, from, middle.length);
    System.arraycopy(in, to, out, from + middle.length, in.length - to);
    return out;
  }

  private static void objects(JsonNode node, List<JsonNode> found) {
    if (node.isObject()) {
      found.add(node);
    }
    node.members().forEach(m -> objects(m.value(), found));
    node.items().forEach(item -> objects(item, found));
  }

  private static void objects(tools.jackson.databind.JsonNode node, List<ObjectNode> found) {
    if (node.isObject()) {
      found.add((ObjectNode) node);
    }
    node.forEach(child -> objects(child, found));
  }

  @Test
  void manyChangesGiveWhatATreeEditGives() throws Exception {
    Random random = new Random(22);
    Documents documents = new Documents(random);
    int changed = 0;
    for (int i = 0; i < 20_000; i++) {
      String json = documents.object();
      Json doc = Json.read(utf8(json), JsonLimits.REQUEST);
      tools.jackson.databind.JsonNode tree = Oracle.read(json);
      List<JsonNode> ours = new ArrayList<>();
      objects(doc.root(), ours);
      List<ObjectNode> theirs = new ArrayList<>();
      objects(tree, theirs);
      assertThat(ours).hasSameSizeAs(theirs);
      Splice splice = new Splice(doc);
      for (int edits = random.nextInt(6); edits > 0; edits--) {
        int o = random.nextInt(ours.size());
        edit(splice, ours.get(o), theirs.get(o), random);
      }
      byte[] out = splice.toBytes();
      changed += out != doc.bytes() ? 1 : 0;
      Json result = Json.read(out, JsonLimits.REQUEST);
      assertThat(Oracle.read(new String(out, UTF_8))).as(json).isEqualTo(tree);
      assertThat(result.root().isObject()).isTrue();
    }
    assertThat(changed).isGreaterThan(10_000);
  }

  private static void edit(Splice splice, JsonNode ours, ObjectNode theirs, Random random) {
    List<String> names = new ArrayList<>(theirs.propertyNames());
    String name =
        names.isEmpty() || random.nextInt(3) == 0
            ? "n" + random.nextInt(4)
            : names.get(random.nextInt(names.size()));
    switch (random.nextInt(3)) {
      case 0 -> {
        splice.remove(ours, name);
        theirs.remove(name);
      }
      case 1 -> {
        String newName = "n" + random.nextInt(4);
        splice.rename(ours, name, newName);
        if (theirs.has(name) && !name.equals(newName)) {
          theirs.set(newName, theirs.remove(name));
        }
      }
      default -> {
        if (!theirs.path(name).isContainer()) {
          String value = "[" + random.nextInt(100) + ", \"x\"]";
          splice.set(ours, name, utf8(value));
          theirs.set(name, Oracle.read(value).deepCopy());
        }
      }
    }
  }
}
