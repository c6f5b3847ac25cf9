package dev.fairlead.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.Volume;
import org.junit.jupiter.api.Test;

final class YardstickTest {
  private static Yardstick taught(int lessons, long output, Volume seen, boolean stream) {
    Yardstick stick = Yardstick.UNTAUGHT;
    for (int i = 0; i < lessons; i++) {
      stick = stick.after(new Yardstick.Lesson(20, 10, output, seen, stream));
    }
    return stick;
  }

  @Test
  void untaughtItTakesFourBytesForATokenAndTheEstimateOfThePrompt() {
    assertThat(Yardstick.UNTAUGHT.output(new Volume(400, 3), true)).isEqualTo(100);
    assertThat(Yardstick.UNTAUGHT.output(new Volume(1, 1), true)).isEqualTo(1);
    assertThat(Yardstick.UNTAUGHT.output(Volume.NONE, true)).isZero();
    assertThat(Yardstick.UNTAUGHT.prompt(37)).isEqualTo(37);
  }

  @Test
  void itLearnsHowLongTokensAreAndHowWrongTheEstimateOfPromptsIs() {
    Yardstick stick = taught(50, 100, new Volume(700, 1), false);
    assertThat(stick.output(new Volume(1_400, 2), false)).isBetween(199L, 201L);
    assertThat(stick.prompt(100)).isBetween(199L, 200L);
  }

  @Test
  void whereEachPieceIsATokenPiecesAreCounted() {
    Yardstick stick = Yardstick.UNTAUGHT;
    for (int i = 0; i < 100; i++) {
      stick =
          stick.after(
              new Yardstick.Lesson(20, 10, 30, new Volume(i % 2 == 0 ? 100 : 250, 30), true));
    }
    assertThat(stick.output(new Volume(999, 17), true)).isEqualTo(17);
  }

  @Test
  void wherePiecesAreOfAnySizeBytesAreCounted() {
    Yardstick stick = Yardstick.UNTAUGHT;
    for (int i = 0; i < 100; i++) {
      stick =
          stick.after(new Yardstick.Lesson(20, 10, 30, new Volume(120, i % 2 == 0 ? 2 : 9), true));
    }
    assertThat(stick.output(new Volume(400, 1), true)).isBetween(99L, 101L);
  }

  @Test
  void nothingIsLearnedOfNothing() {
    Yardstick stick =
        Yardstick.UNTAUGHT.after(new Yardstick.Lesson(0, 10, 0, new Volume(100, 10), true));
    assertThat(stick).isEqualTo(Yardstick.UNTAUGHT);
  }
}
