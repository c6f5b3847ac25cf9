package dev.fairlead.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.StopReason;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever way an answer is cut, its parts join to the whole of it, or are not joined. */
final class ContinuationTest {
  private static final int BLOCK = 2;

  /** What was given out: text, and events that are not text. */
  private record Given(String text, List<ChatEvent> others, boolean contradicted) {}

  private static Given play(
      String sent, boolean prefilled, boolean open, List<String> pieces, boolean stops) {
    Continuation joining = new Continuation(sent, prefilled, BLOCK, open, BLOCK + 1);
    StringBuilder text = new StringBuilder();
    List<ChatEvent> others = new ArrayList<>();
    List<ChatEvent> events = new ArrayList<>();
    events.add(new ChatEvent.Open(0, 0, new ChatEvent.Head.TextHead()));
    pieces.forEach(piece -> events.add(new ChatEvent.Delta(0, 0, Text.of(piece))));
    events.add(new ChatEvent.Close(0, 0));
    if (stops) {
      events.add(new ChatEvent.Stop(0, StopReason.END, Optional.empty(), Optional.empty()));
    }
    for (ChatEvent event : events) {
      joining.accept(
          event,
          out -> {
            if (out instanceof ChatEvent.Delta delta) {
              text.append(delta.text());
            } else {
              others.add(out);
            }
          });
    }
    return new Given(text.toString(), others, joining.contradicted());
  }

  private static List<String> cut(Random random, String text) {
    List<String> pieces = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int to = Math.min(text.length(), at + 1 + random.nextInt(7));
      pieces.add(text.substring(at, to));
      at = to;
    }
    return pieces;
  }

  private static String text(Random random) {
    String[] words = {"a", "ab", "aba", "été", "東京", "\uD83D\uDE00", "the", "the the", "\n", ","};
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 1 + random.nextInt(20); i++) {
      all.append(words[random.nextInt(words.length)]).append(' ');
    }
    return all.toString();
  }

  @Test
  void aFreshAnswerGoesOnWhereTheFirstOneBroke() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      String whole = text(random);
      String sent = whole.substring(0, random.nextInt(whole.length() + 1));
      boolean prefilled = random.nextBoolean();
      Given given = play(sent, prefilled, random.nextBoolean(), cut(random, whole), true);
      assertThat(given.contradicted()).as("seed " + seed).isFalse();
      assertThat(sent + given.text()).as("seed " + seed).isEqualTo(whole);
    }
  }

  @Test
  void aPrefilledAnswerGoesOnFromTheText() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      String sent = "0123456789 " + text(random);
      String rest = "=" + text(random); // no beginning of what was sent
      Given given = play(sent, true, true, cut(random, rest), true);
      assertThat(given.text()).as("seed " + seed).isEqualTo(rest);
      assertThat(given.contradicted()).isFalse();
    }
  }

  @Test
  void anotherAnswerIsAContradictionAndNothingOfItIsGiven() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      String sent = text(random);
      int at = random.nextInt(sent.length());
      String other = sent.substring(0, at) + "#" + text(random);
      Given given = play(sent, false, true, cut(random, other), true);
      assertThat(given.contradicted()).as("seed " + seed).isTrue();
      assertThat(given.text()).as("seed " + seed).isEmpty();
      assertThat(given.others()).as("seed " + seed).noneMatch(ChatEvent.Stop.class::isInstance);
    }
  }

  @Test
  void anAnswerThatEndsTooSoonIsAContradiction() {
    Given given = play("one two three", false, true, List.of("one ", "two"), true);
    assertThat(given.contradicted()).isTrue();
    assertThat(given.text()).isEmpty();
  }

  @Test
  void anAnswerThatEndsExactlyThereIsComplete() {
    Given given = play("one two", false, true, List.of("one ", "two"), true);
    assertThat(given.contradicted()).isFalse();
    assertThat(given.text()).isEmpty();
    assertThat(given.others()).anyMatch(ChatEvent.Stop.class::isInstance);
  }

  @Test
  void theTextGoesOnInItsBlock() {
    Given open = play("one ", true, true, List.of("two"), true);
    assertThat(open.others()).noneMatch(ChatEvent.Open.class::isInstance);
    assertThat(open.others()).contains(new ChatEvent.Close(0, BLOCK));
    Given closed = play("one ", true, false, List.of("two"), true);
    assertThat(closed.others())
        .contains(new ChatEvent.Open(0, BLOCK + 1, new ChatEvent.Head.TextHead()));
  }

  @Test
  void aSpaceThatWasTrimmedIsNotSentTwice() {
    assertThat(play("one ", true, true, List.of(" two"), true).text()).isEqualTo("two");
  }
}
