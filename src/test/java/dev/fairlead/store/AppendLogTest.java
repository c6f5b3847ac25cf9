package dev.fairlead.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there, whatever happens to the disk. */
final class AppendLogTest {
  private static List<String> texts(AppendLog log) {
    List<String> texts = new ArrayList<>();
    for (AppendLog.Entry entry : log.recovered()) {
      String text = new String(entry.bytes(), UTF_8);
      if (texts.isEmpty() || !texts.getLast().equals(text)) {
        texts.add(text);
      }
    }
    return texts;
  }

  @Test
  void recordsAreFoundAgainAcrossSegmentsAndLetGo(@TempDir Path folder) throws IOException {
    Disk disk = new FolderDisk(folder.resolve("log"));
    List<String> written = new ArrayList<>();
    try (AppendLog log = AppendLog.open(disk, "x-", 100)) {
      for (int i = 0; i < 20; i++) {
        written.add("record number " + i);
        assertThat(log.append(written.getLast().getBytes(UTF_8))).isEqualTo(i);
      }
    }
    assertThat(disk.names()).hasSizeGreaterThan(4);
    Files.writeString(folder.resolve("log").resolve("other.txt"), "not ours");
    try (AppendLog log = AppendLog.open(disk, "x-", 100)) {
      assertThat(texts(log)).isEqualTo(written);
      log.forget(9);
      assertThat(log.append("more".getBytes(UTF_8))).isEqualTo(20);
    }
    try (AppendLog log = AppendLog.open(disk, "x-", 100)) {
      List<String> left = texts(log);
      assertThat(left).contains("record number 10", "more").doesNotContain("record number 0");
      log.forget(20);
    }
    assertThat(disk.names()).containsExactly("other.txt");
  }

  @Test
  void powerLossAtAnyMomentTakesNothingThatWasAcknowledged() {
    for (int seed = 0; seed < 2_000; seed++) {
      assertThat(losesNothing(seed, false)).as("seed " + seed).isTrue();
    }
  }

  @Test
  void aDiskThatForcesNothingOutIsFoundOut() {
    int losing = 0;
    for (int seed = 0; seed < 100; seed++) {
      losing += losesNothing(seed, true) ? 0 : 1;
    }
    assertThat(losing).isGreaterThan(50);
  }

  private static boolean losesNothing(int seed, boolean lyingDisk) {
    Random random = new Random(seed);
    SimulatedDisk disk = new SimulatedDisk();
    if (lyingDisk) {
      disk.lie();
    }
    List<String> acknowledged = new ArrayList<>();
    disk.failAt(1 + random.nextInt(60), true);
    try (AppendLog log = AppendLog.open(disk, "x-", 300)) {
      while (true) {
        String text = acknowledged.size() + "-".repeat(random.nextInt(200));
        log.append(text.getBytes(UTF_8));
        acknowledged.add(text);
      }
    } catch (StoreFailure e) {
      assertThat(e).as("seed " + seed).hasMessageContaining("planned failure");
    }
    List<String> found;
    try (AppendLog log = AppendLog.open(disk.afterPowerLoss(random), "x-", 300)) {
      found = texts(log);
    } catch (StoreFailure e) {
      return false; // a gap
    }
    return found.size() >= acknowledged.size()
        && found.size() <= acknowledged.size() + 1
        && found.subList(0, acknowledged.size()).equals(acknowledged);
  }

  @Test
  void anySingleFailureIsSurvivedByTryingAgain() {
    for (int step = 1; step < 80; step++) {
      SimulatedDisk disk = new SimulatedDisk();
      AppendLog log = AppendLog.open(disk, "x-", 300);
      disk.failAt(disk.steps() + step, false);
      List<String> written = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String text = "record " + i + "-".repeat(40);
        written.add(text);
        try {
          log.append(text.getBytes(UTF_8));
        } catch (StoreFailure e) {
          log.append(text.getBytes(UTF_8));
        }
      }
      try (AppendLog again = AppendLog.open(disk.afterPowerLoss(new Random(step)), "x-", 300)) {
        assertThat(texts(again)).as("step " + step).isEqualTo(written);
      }
    }
  }

  @Test
  void aGapIsSaidAndNotPassedOver() throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    try (AppendLog log = AppendLog.open(disk, "x-", 100)) {
      for (int i = 0; i < 20; i++) {
        log.append(("record number " + i).getBytes(UTF_8));
      }
    }
    disk.damage(disk.names().get(1), 20);
    assertThatThrownBy(() -> AppendLog.open(disk, "x-", 100))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("is damaged: record")
        .hasMessageContaining("Restore the data folder from a backup");
  }

  @Test
  void whatIsLetGoGivesItsRoomToWhatComes(@TempDir Path folder) throws IOException {
    Disk disk = new FolderDisk(folder);
    try (AppendLog log = AppendLog.open(disk, "x-", 2 * Disk.BLOCK)) {
      for (int i = 0; i < 40; i++) {
        log.append(("record " + i).getBytes(UTF_8));
        log.forget(i - 1);
        assertThat(disk.names()).hasSizeLessThanOrEqualTo(3);
      }
    }
    assertThat(disk.read(disk.names().getLast())).hasSize(64 * Disk.BLOCK);
    try (AppendLog log = AppendLog.open(disk, "x-", 2 * Disk.BLOCK)) {
      assertThat(texts(log)).endsWith("record 38", "record 39");
      assertThat(log.append("more".getBytes(UTF_8))).isEqualTo(40);
      log.forget(40);
    }
    assertThat(disk.names()).hasSize(1);
  }

  @Test
  void roomThatIsUsedAgainHidesNothingWhenThePowerFails() {
    int reused = 0;
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      SimulatedDisk disk = new SimulatedDisk();
      disk.failAt(1 + random.nextInt(120), true);
      List<String> acknowledged = new ArrayList<>();
      long forgotten = -1;
      try (AppendLog log = AppendLog.open(disk, "x-", 300)) {
        while (true) {
          String text = acknowledged.size() + "-".repeat(random.nextInt(200));
          long number = log.append(text.getBytes(UTF_8));
          acknowledged.add(text);
          if (random.nextInt(3) == 0) {
            forgotten = Math.max(forgotten, number - random.nextInt(4));
            log.forget(forgotten);
          }
        }
      } catch (StoreFailure e) {
        assertThat(e).as("seed " + seed).hasMessageContaining("planned failure");
      }
      reused += disk.reused() > 0 ? 1 : 0;
      try (AppendLog log = AppendLog.open(disk.afterPowerLoss(random), "x-", 300)) {
        List<AppendLog.Entry> found = log.recovered();
        long from = found.isEmpty() ? acknowledged.size() : found.getFirst().number();
        assertThat(from).as("seed " + seed).isLessThanOrEqualTo(Math.max(0, forgotten + 1));
        for (int i = (int) from; i < acknowledged.size(); i++) {
          assertThat(new String(found.get(i - (int) from).bytes(), UTF_8))
              .as("seed " + seed)
              .isEqualTo(acknowledged.get(i));
        }
      }
    }
    assertThat(reused).isGreaterThan(500);
  }

  @Test
  void whatIsDamagedWithinASegmentIsSaid(@TempDir Path folder) throws IOException {
    Disk disk = new FolderDisk(folder);
    try (AppendLog log = AppendLog.open(disk, "x-", 1 << 20)) {
      for (int i = 0; i < 3; i++) {
        log.append(("record number " + i).getBytes(UTF_8));
      }
    }
    Path file = folder.resolve(disk.names().getFirst());
    byte[] sound = Files.readAllBytes(file);
    for (int at = 0; at < 16 + "record number 1".length(); at++) {
      byte[] damaged = sound.clone();
      damaged[Disk.BLOCK + at] ^= 1;
      Files.write(file, damaged);
      assertThatThrownBy(() -> AppendLog.open(disk, "x-", 1 << 20))
          .isInstanceOf(StoreFailure.class)
          .hasMessageContaining("is damaged: record 2 follows 0");
    }
  }
}
