package dev.fairlead;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The floor plan, checked: who may know whom, and who keeps which door. */
final class HouseTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.fairlead");

  private static final List<List<String>> FLOORS =
      List.of(
          List.of("wire"),
          List.of("canon"),
          List.of("money"),
          List.of("protocol", "http", "store", "config"),
          List.of("catalog", "identity", "simulator"),
          List.of(
              "limit",
              "policy",
              "guardrail",
              "idempotency",
              "route",
              "ledger",
              "provider",
              "journal",
              "audit"),
          List.of("operation", "attempt"),
          List.of("relay"),
          List.of("exchange"),
          List.of("api", "admin", "evaluation"));

  private static final Map<String, Integer> FLOOR = new HashMap<>();

  static {
    for (int i = 0; i < FLOORS.size(); i++) {
      for (String room : FLOORS.get(i)) {
        FLOOR.put(room, i);
      }
    }
  }

  private static String room(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith("dev.fairlead.")) {
      return "";
    }
    String below = name.substring("dev.fairlead.".length());
    int dot = below.indexOf('.');
    return dot < 0 ? below : below.substring(0, dot);
  }

  @Test
  void roomsKnowOnlyLowerFloorsAndNoNeighbours() {
    classes()
        .that(resideInAPackage("dev.fairlead.."))
        .should(
            new ArchCondition<JavaClass>("import only lower floors") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                String from = room(type);
                Integer floor = FLOOR.get(from);
                if (from.isEmpty() || floor == null) {
                  return;
                }
                type.getDirectDependenciesFromSelf()
                    .forEach(
                        dependency -> {
                          String to = room(dependency.getTargetClass());
                          boolean root =
                              dependency.getTargetClass().getPackageName().equals("dev.fairlead");
                          Integer target = FLOOR.get(to);
                          if (root || (target != null && !to.equals(from) && target >= floor)) {
                            events.add(
                                SimpleConditionEvent.violated(type, dependency.getDescription()));
                          }
                        });
              }
            })
        .check(HOUSE);
  }

  @Test
  void everyRoomStandsOnAFloor() {
    for (JavaClass type : HOUSE) {
      String room = room(type);
      assertThat(room.isEmpty() || FLOOR.containsKey(room))
          .as("the room of " + type.getName() + " is on no floor of this test")
          .isTrue();
    }
  }

  @Test
  void roomsFormNoCycles() {
    slices().matching("dev.fairlead.(*)..").should().beFreeOfCycles().check(HOUSE);
  }

  @Test
  void dialectsAreStrangersToEachOther() {
    slices()
        .matching("dev.fairlead.protocol.(*)")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void onlyHttpKnowsNetty() {
    noClasses()
        .that(not(resideInAPackage("dev.fairlead.http..")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(HOUSE);
  }

  @Test
  void onlyEgressAndTheServerOpenSockets() {
    noClasses()
        .that(not(resideInAPackage("dev.fairlead.http..")))
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.net\\.(Socket|ServerSocket|DatagramSocket|URLConnection|HttpURLConnection)"
                + "|java\\.net\\.http\\..*|java\\.nio\\.channels\\.(Server)?SocketChannel")
        .check(HOUSE);
    noClasses()
        .that(not(simpleNameEndingWith("Egress")))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.netty.bootstrap.Bootstrap")
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void onlyTheStoreAndTablesKnowJdbc() {
    noClasses()
        .that(not(resideInAPackage("dev.fairlead.store..")).and(not(simpleNameEndingWith("Table"))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..")
        .check(HOUSE);
  }

  @Test
  void nobodyUsesAJsonLibrary() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("tools.jackson..", "com.fasterxml..", "com.google.gson..")
        .check(HOUSE);
  }

  @Test
  void onlyConfigAndCatalogReadYaml() {
    noClasses()
        .that(not(resideInAPackage("dev.fairlead.config..")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.snakeyaml..")
        .check(HOUSE);
  }

  @Test
  void nobodyStartsProcesses() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.lang\\.(ProcessBuilder|Process)")
        .orShould()
        .callMethod(Runtime.class, "exec", String[].class)
        .orShould()
        .callMethod(Runtime.class, "exec", String.class)
        .check(HOUSE);
  }

  @Test
  void timeAndChanceAreInjected() {
    noClasses()
        .that(not(resideInAPackage("dev.fairlead")))
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
        .check(HOUSE);
  }

  @Test
  void everyRoomSaysWhatItIs() throws Exception {
    Path main = Path.of("src/main/java/dev/fairlead");
    try (var files = Files.walk(main)) {
      List<Path> folders = files.filter(Files::isDirectory).toList();
      for (Path folder : folders) {
        try (var inside = Files.list(folder)) {
          if (inside.noneMatch(p -> p.toString().endsWith(".java"))) {
            continue;
          }
        }
        assertThat(folder.resolve("package-info.java")).exists();
        assertThat(Files.readString(folder.resolve("package-info.java"))).contains("@NullMarked");
      }
    }
  }

  @Test
  void noRoomIsCalledByAnEmptyName() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..util..", "..common..", "..helper..", "..impl..", "..manager..", "..misc..")
        .check(HOUSE);
  }
}
