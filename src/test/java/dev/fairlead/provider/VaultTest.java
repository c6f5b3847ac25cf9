package dev.fairlead.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sealed opens with its key and in its place only. */
final class VaultTest {
  private static final String[] CONTEXT = {"id-1", "openai", "https://api.openai.com"};
  private static final Secret SECRET = new Secret("sk-very-secret-0123456789");

  private static byte[] key(int seed) {
    byte[] key = new byte[32];
    new Random(seed).nextBytes(key);
    return key;
  }

  private static Vault vault(int... seeds) {
    return new Vault(
        new MasterKey(java.util.Arrays.stream(seeds).mapToObj(VaultTest::key).toList()),
        new Random(9));
  }

  @Test
  void whatIsSealedOpens() throws Vault.Sealed {
    Vault vault = vault(1);
    String sealed = vault.seal(SECRET, CONTEXT);
    assertThat(sealed).doesNotContain("secret");
    assertThat(vault.open(sealed, CONTEXT).reveal()).isEqualTo(SECRET.reveal());
    assertThat(vault(2, 1).open(sealed, CONTEXT).reveal()).isEqualTo(SECRET.reveal());
  }

  @Test
  void theSameSecretIsNeverSealedTheSame() {
    Vault vault = vault(1);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      assertThat(seen.add(vault.seal(SECRET, CONTEXT))).isTrue();
    }
  }

  @Test
  void inAnotherPlaceItDoesNotOpen() {
    Vault vault = vault(1);
    String sealed = vault.seal(SECRET, CONTEXT);
    for (int i = 0; i < CONTEXT.length; i++) {
      String[] other = CONTEXT.clone();
      other[i] += "x";
      assertThatThrownBy(() -> vault.open(sealed, other)).hasMessageContaining("another");
    }
    // The parts are told apart: moving a letter from one to the next is another place.
    assertThatThrownBy(() -> vault.open(sealed, "id-1o", "penai", "https://api.openai.com"))
        .isInstanceOf(Vault.Sealed.class);
    assertThatThrownBy(() -> vault(2).open(sealed, CONTEXT))
        .hasMessageContaining("another master key");
  }

  @Test
  void noBitOfItCanBeTurned() {
    Vault vault = vault(1);
    byte[] sealed = Base64.getDecoder().decode(vault.seal(SECRET, CONTEXT));
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] altered = sealed.clone();
      altered[bit / 8] ^= (byte) (1 << (bit % 8));
      String text = Base64.getEncoder().encodeToString(altered);
      assertThatThrownBy(() -> vault.open(text, CONTEXT))
          .as("bit " + bit)
          .isInstanceOf(Vault.Sealed.class);
    }
    for (String broken : List.of("", "????", "AQ==")) {
      assertThatThrownBy(() -> vault.open(broken, CONTEXT)).isInstanceOf(Vault.Sealed.class);
    }
  }

  @Test
  void aKeyIsMadeOnceAndForItsOwnerOnly(@TempDir Path folder) throws IOException {
    MasterKey made = MasterKey.of(Optional.empty(), folder, new Random(3));
    MasterKey again = MasterKey.of(Optional.empty(), folder, new Random(4));
    assertThat(again.keys().getFirst()).isEqualTo(made.keys().getFirst()).hasSize(32);
    Path file = folder.resolve("master.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(made.toString()).isEqualTo("master key");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> MasterKey.of(Optional.empty(), folder, new Random(5)))
        .hasMessageContaining("can be read by others");
  }

  @Test
  void theEnvironmentsKeysAreReadAsHexadecimalOrBase64(@TempDir Path folder) throws IOException {
    String hex = HexFormat.of().formatHex(key(1));
    String base64 = Base64.getEncoder().encodeToString(key(2));
    MasterKey both = MasterKey.of(Optional.of(hex + "," + base64), folder, new Random(1));
    assertThat(both.keys()).hasSize(2);
    assertThat(both.keys().get(1)).isEqualTo(key(2));
    assertThat(folder.resolve("master.key")).doesNotExist();
    for (String bad : List.of("short", hex.substring(2), hex + ",", "!".repeat(44))) {
      assertThatThrownBy(() -> MasterKey.of(Optional.of(bad), folder, new Random(1)))
          .as(bad)
          .hasMessageContaining("FAIRLEAD_MASTER_KEY: a master key is 32 bytes")
          .hasMessageNotContaining(bad.length() > 10 ? bad : "none");
    }
  }
}
