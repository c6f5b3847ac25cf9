package dev.fairlead.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesTest {
  @Test
  void aNameHasAKindASizeAndOptions() throws Exception {
    Behaviour read = Behaviour.read("words-60+ttft=200ms+rate=50tps+seed=7").orElseThrow();
    assertThat(read.kind()).isEqualTo(Behaviour.Kind.WORDS);
    assertThat(read.words(1)).isEqualTo(60);
    assertThat(read.options().duration(Option.TTFT, Duration.ZERO)).hasMillis(200);
    assertThat(read.options().interval(Duration.ZERO)).hasMillis(20);
    assertThat(read.options().whole(Option.SEED)).hasValue(7);
  }

  @Test
  void everyEntryOfTheCatalogCanBeRead() throws Exception {
    for (SimulatorCatalog.Entry entry : SimulatorCatalog.ENTRIES) {
      assertThat(Behaviour.read(entry.name().substring(4))).as(entry.name()).isPresent();
      assertThat(entry.price().isFree()).isTrue();
    }
  }

  @Test
  void everyFaultCanBeNamed() throws Exception {
    for (SimFault.Kind kind : SimFault.Kind.values()) {
      String word = kind == SimFault.Kind.HTTP ? "http-503" : kind.word();
      Options options = Behaviour.options("fault=" + word);
      assertThat(SimFault.of(options)).get().extracting(SimFault::kind).isEqualTo(kind);
    }
    for (int i = 1; i <= 16; i++) {
      assertThat(SimFault.of(Behaviour.options(String.format("fault=S%02d", i)))).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "words-60+ttft=200",
        "words-60+ttft",
        "words-60+colour=red",
        "words-60+fault=S17",
        "words-60+fault=http-200",
        "words-60+fault=nonsense",
        "words-60+usage=odd",
        "words-60+jitter=2",
        "words-60+retryafter=whenever",
        "words-60+"
      })
  void whatCannotBeReadIsRefusedWithItsName(String name) {
    assertThatThrownBy(() -> Behaviour.read(name))
        .isInstanceOf(BadName.class)
        .hasMessageContaining("`");
  }

  @Test
  void unknownModelsOfTheSimulatorAreRefusedAndOthersPlayLorem() throws Exception {
    Scenario scenario = Scenario.standard();
    assertThatThrownBy(() -> scenario.find("sim/wrods-60")).hasMessageContaining("sim/words-60");
    assertThat(scenario.find("gpt-4o").at(1).kind()).isEqualTo(Behaviour.Kind.LOREM);
    assertThat(scenario.find("gpt-4o+fault=S05").at(1).options().text(Option.FAULT))
        .contains("S05");
  }

  @Test
  void optionsHaveWordsOfTheirOwn() {
    assertThat(Arrays.stream(Option.values()).map(Option::word)).doesNotHaveDuplicates();
    assertThat(Option.of("retry_after")).contains(Option.RETRY_AFTER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "one",
        "Two words.",
        "  leading and trailing  ",
        "averyveryverylongwordwithoutspaces",
        "\u4f60\u597d\u4e16\u754c\u4f60\u597d\u4e16\u754c\u4f60\u597d\u4e16\u754c\u4f60",
        "\ud83d\ude80\ud83d\ude80\ud83d\ude80\ud83d\ude80\ud83d\ude80\ud83d\ude80\ud83d\ude80!",
        "{\"a\":[1,2,3],\"b\":\"caf\u00e9\"}\n\n"
      })
  void tokensJoinToTheirTextAndNeverCutACharacter(String text) {
    assertThat(String.join("", Tokens.split(text))).isEqualTo(text);
    for (String token : Tokens.split(text)) {
      assertThat(Character.isLowSurrogate(token.charAt(0))).isFalse();
    }
  }

  @Test
  void aWordIsAToken() {
    assertThat(Tokens.count(Words.some(60, 5))).isEqualTo(60);
    assertThat(Tokens.count(Words.lorem())).isEqualTo(72);
    assertThat(Tokens.split("averyveryverylong"))
        .containsExactly("aver", "yver", "yver", "ylon", "g");
  }
}
