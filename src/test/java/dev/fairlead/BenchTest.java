package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured with is not built with the program, and must follow it all the same. */
final class BenchTest {
  @Test
  void itCanBeCompiled(@TempDir Path folder) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean good =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of("-proc:none", "-cp", path, "-d", folder.toString()),
                  null,
                  files.getJavaFileObjects(Path.of("bench", "Settlements.java")))
              .call();
      assertThat(good).as(said.toString()).isTrue();
    }
  }
}
