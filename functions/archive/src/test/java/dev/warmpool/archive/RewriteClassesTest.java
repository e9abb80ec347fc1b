package dev.warmpool.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.TypeInsnNode;

class RewriteClassesTest {

  @TempDir private Path folder;

  @BeforeEach
  void rewriteTheTests() throws Exception {
    Path tests = Path.of(Sample.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    RewriteClasses.main(new String[] {tests.toString(), folder.toString()});
  }

  @Test
  void doesWhatTheOriginalDoes() throws Exception {
    assertThat(results()).isEqualTo(new Sample().get());
  }

  @Test
  void leavesOnlyWhatBoxesOrIsSerialized() throws Exception {
    assertThat(
            instructions()
                .filter(InvokeDynamicInsnNode.class::isInstance)
                .map(InvokeDynamicInsnNode.class::cast)
                .filter(dynamic -> dynamic.bsm.getOwner().endsWith("LambdaMetafactory"))
                .map(dynamic -> dynamic.bsm.getName() + dynamic.desc)
                .distinct())
        .containsExactlyInAnyOrder(
            "metafactory()Ljava/util/function/Function;",
            "altMetafactory()Ljava/util/function/Supplier;");
  }

  @Test
  void castsWhatAVerifierWouldLookAt() throws Exception {
    assertThat(
            instructions()
                .filter(instruction -> instruction.getOpcode() == Opcodes.CHECKCAST)
                .map(cast -> ((TypeInsnNode) cast).desc))
        .contains(Type.getInternalName(Sample.Base.class));
  }

  @Test
  void takesTheNamesOfLocalVariablesOutOfJarsOnly() throws Exception {
    String file = Sample.class.getName().replace('.', '/') + ".class";
    Path jar = folder.resolve("original.jar");
    Path rewritten = folder.resolve("rewritten.jar");
    try (FileSystem made = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
      Files.createDirectories(made.getPath(file).getParent());
      Files.copy(folder.resolve(file), made.getPath(file));
    }

    RewriteClasses.main(new String[] {jar.toString(), rewritten.toString()});

    assertThat(namesVariables(folder.resolve(file))).isTrue();
    try (FileSystem read = FileSystems.newFileSystem(rewritten)) {
      assertThat(namesVariables(read.getPath(file))).isFalse();
    }
  }

  private static boolean namesVariables(Path file) throws Exception {
    ClassNode type = new ClassNode();
    new ClassReader(Files.readAllBytes(file)).accept(type, 0);
    return type.methods.stream()
        .anyMatch(method -> method.localVariables != null && !method.localVariables.isEmpty());
  }

  /** Sees the rewritten classes only. */
  private List<?> results() throws Exception {
    URL[] rewritten = {folder.toUri().toURL()};
    try (URLClassLoader loader =
        new URLClassLoader(rewritten, ClassLoader.getPlatformClassLoader())) {
      return (List<?>)
          loader
              .loadClass(Sample.class.getName())
              .asSubclass(Supplier.class)
              .getDeclaredConstructor()
              .newInstance()
              .get();
    }
  }

  private Stream<AbstractInsnNode> instructions() throws Exception {
    ClassNode type = new ClassNode();
    String file = Sample.class.getName().replace('.', '/') + ".class";
    new ClassReader(Files.readAllBytes(folder.resolve(file))).accept(type, 0);
    return type.methods.stream().flatMap(method -> Stream.of(method.instructions.toArray()));
  }
}
