package dev.fairlead.store;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A folder of the file system. */
public final class FolderDisk implements Disk {
  private static final int PIECE = 64 * BLOCK;

  private final Path folder;

  public FolderDisk(Path folder) {
    this.folder = folder;
  }

  @Override
  public List<String> names() throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public byte[] read(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name));
  }

  @Override
  public File create(String name) throws IOException {
    FileChannel channel = open(name, StandardOpenOption.TRUNCATE_EXISTING);
    channel.force(true);
    forceFolder();
    return new Growing(channel);
  }

  @Override
  public File create(String name, long room) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
    Roomy file = roomy(name, room);
    forceFolder();
    return file;
  }

  @Override
  public File reuse(String former, String name) throws IOException {
    Files.move(folder.resolve(former), folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    forceFolder();
    return roomy(name, 0);
  }

  private Roomy roomy(String name, long room) throws IOException {
    try {
      return new Roomy(open(name, ExtendedOpenOption.DIRECT), block(), room);
    } catch (UnsupportedOperationException | IllegalArgumentException | IOException e) {
      return new Roomy(open(name), BLOCK, room); // not every file system can do that
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
    forceFolder(); // in order: a later file is never gone before an earlier one
  }

  private FileChannel open(String name, OpenOption... how) throws IOException {
    Files.createDirectories(folder);
    Set<OpenOption> options = new HashSet<>(List.of(how));
    options.add(StandardOpenOption.CREATE);
    options.add(StandardOpenOption.WRITE);
    return FileChannel.open(folder.resolve(name), options);
  }

  /** What is written past the system's cache has to be a multiple of this, in bytes. */
  private int block() throws IOException {
    return (int) Math.clamp(Files.getFileStore(folder).getBlockSize(), BLOCK, PIECE);
  }

  /** A name is durable only when its folder was forced out, too. */
  private void forceFolder() throws IOException {
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    long to = at;
    while (bytes.hasRemaining()) {
      to += channel.write(bytes, to);
    }
  }

  private abstract static class Open implements File {
    final FileChannel channel;
    long size;

    Open(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public final long size() {
      return size;
    }

    @Override
    public final void close() throws IOException {
      channel.close();
    }
  }

  /** Is written at its end. */
  private static final class Growing extends Open {
    Growing(FileChannel channel) {
      super(channel);
    }

    @Override
    public void append(byte[] bytes) throws IOException {
      writeAll(channel, ByteBuffer.wrap(bytes), size);
      size += bytes.length;
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }
  }

  /** Has room, and is written in whole blocks: past the system's cache where that can be done. */
  private static final class Roomy extends Open {
    private final int block;
    private final ByteArrayOutputStream appended = new ByteArrayOutputStream(BLOCK);
    private ByteBuffer blocks;

    /**
     * @param room that it does not have yet
     */
    Roomy(FileChannel channel, int block, long room) throws IOException {
      super(channel);
      this.block = block;
      this.blocks = aligned(block);
      try {
        ByteBuffer zeros = aligned(room > 0 ? PIECE : 0);
        for (long at = 0; at < room; at += PIECE) {
          writeAll(channel, zeros.clear(), at);
        }
        channel.force(true);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }

    private ByteBuffer aligned(int bytes) {
      return ByteBuffer.allocateDirect(bytes + block).alignedSlice(block);
    }

    @Override
    public void append(byte[] bytes) {
      appended.writeBytes(bytes);
    }

    @Override
    public void force() throws IOException {
      int whole = Math.ceilDiv(appended.size(), block) * block;
      if (blocks.capacity() < whole) {
        blocks = aligned(whole);
      }
      blocks.clear().put(appended.toByteArray());
      while (blocks.position() < whole) {
        blocks.put((byte) 0);
      }
      writeAll(channel, blocks.flip(), size);
      channel.force(false);
      size += whole;
      appended.reset();
    }
  }
}
