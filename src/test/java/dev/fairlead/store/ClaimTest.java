package dev.fairlead.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data folder has one owner at a time. */
final class ClaimTest {
  @TempDir Path folder;

  @Test
  void aSecondClaimIsRefusedUntilTheFirstIsGivenBack() {
    try (Claim first = Claim.take(folder)) {
      assertThatThrownBy(() -> Claim.take(folder))
          .as("beside %s", first)
          .isInstanceOf(StoreFailure.class)
          .hasMessageContaining("another process uses the data folder")
          .hasMessageContaining("--data");
    }
    Claim.take(folder).close();
  }

  @Test
  void aFolderThatIsNotThereIsToldApart() {
    assertThatThrownBy(() -> Claim.take(folder.resolve("none")))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("cannot use the data folder");
  }
}
