package dev.fairlead.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A data folder belongs to one process: two that count the same budget would spend it twice. The
 * claim ends with the process, however it ends.
 */
public final class Claim implements AutoCloseable {
  /** Its name in the folder. */
  public static final String FILE = "lock";

  private final FileChannel channel;

  private Claim(FileChannel channel) {
    this.channel = channel;
  }

  /** The claim, or an error where another process has it. */
  public static Claim take(Path folder) {
    return tryTake(folder)
        .orElseThrow(
            () ->
                new StoreFailure(
                    "another process uses the data folder "
                        + folder
                        + ": end it, or give this one a folder of its own with --data",
                    null));
  }

  /** The claim; empty where another process has it. */
  public static Optional<Claim> tryTake(Path folder) {
    Optional<Claim> claim = tryBorrow(folder);
    claim.ifPresent(taken -> taken.mark(folder));
    return claim;
  }

  /** The same for a moment, without a mark that anybody has used the folder. */
  public static Optional<Claim> tryBorrow(Path folder) {
    try {
      FileChannel channel =
          FileChannel.open(
              folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        channel.close();
        return Optional.empty();
      }
      return Optional.of(new Claim(channel));
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  /** The file tells by its time when the folder was last taken. */
  private void mark(Path folder) {
    try {
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)), 0);
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  private static StoreFailure failure(Path folder, IOException e) {
    return new StoreFailure("cannot use the data folder " + folder + ": " + e.getMessage(), e);
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // by this very process
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StoreFailure("cannot give the data folder back: " + e.getMessage(), e);
    }
  }
}
