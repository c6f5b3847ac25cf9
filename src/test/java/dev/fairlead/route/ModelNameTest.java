package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ModelNameTest {
  @Test
  void variantsStackInAnyOrder() {
    ModelName name = ModelName.of("a/b:free:online");
    assertThat(name.base()).isEqualTo("a/b");
    assertThat(name.catalogued()).isEqualTo("a/b:free");
    assertThat(name.online()).isTrue();
    assertThat(ModelName.of("a/b:online:free")).isEqualTo(name);
  }

  @Test
  void ofSeveralThatSortTheLastWins() {
    assertThat(ModelName.of("a/b:nitro:floor").sort()).contains(Sort.PRICE);
    assertThat(ModelName.of("a/b:floor:nitro").sort()).contains(Sort.THROUGHPUT);
    assertThat(ModelName.of("a/b:floor:exacto").sort()).contains(Sort.EXACTO);
    assertThat(ModelName.of("a/b:nitro:floor").admitsPriority()).isTrue();
  }

  @Test
  void otherColonsBelongToTheName() {
    assertThat(ModelName.of("llama3:8b").catalogued()).isEqualTo("llama3:8b");
    assertThat(ModelName.of("llama3:8b:nitro").catalogued()).isEqualTo("llama3:8b");
  }

  @Test
  void theCataloguesVariantsStayInTheName() {
    assertThat(ModelName.of("a/b:thinking").thinking()).isTrue();
    assertThat(ModelName.of("a/b:extended:batch").catalogued()).isEqualTo("a/b:extended:batch");
    assertThat(ModelName.of("a/b:extended").onlyDeprecatedVariants()).isTrue();
    assertThat(ModelName.of("a/b:extended:batch").onlyDeprecatedVariants()).isFalse();
  }
}
