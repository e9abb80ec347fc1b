package dev.warmpool.archive;

import java.util.LinkedHashMap;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;

/**
 * Makes a class cheaper to bring up:
 *
 * <ul>
 *   <li>Its lambda expressions become classes, which are read, where the JVM would write them as
 *       the program runs. Those that can be serialized stay.
 *   <li>What has just been made is cast to the type as which it is used at once. A cast tells the
 *       verifier what it would else load the class for: {@code Mono} has a hundred methods that
 *       return a new operator, and is verified before one of them runs.
 * </ul>
 *
 * <p>Confined to one thread.
 */
final class ClassRewriter {

  private static final Type THROWABLE = Type.getType(Throwable.class);

  private final ClassNode type = new ClassNode();
  private final Map<String, byte[]> made = new LinkedHashMap<>();
  private final Variables variables;

  private ClassRewriter(byte[] original, Variables variables) {
    new ClassReader(original).accept(type, 0);
    this.variables = variables;
  }

  /** Whether a debugger can name local variables: read at each start, and a tenth of a library. */
  enum Variables {
    NAMED,
    UNNAMED
  }

  /** The class and those of its lambda expressions, by their internal names. */
  static Map<String, byte[]> rewritten(byte[] original, Variables variables) {
    return new ClassRewriter(original, variables).rewritten();
  }

  private Map<String, byte[]> rewritten() {
    for (MethodNode method : type.methods.toArray(MethodNode[]::new)) {
      if (variables == Variables.UNNAMED) {
        method.localVariables = null;
      }
      for (AbstractInsnNode instruction : method.instructions.toArray()) {
        rewrite(method, instruction);
      }
    }
    ClassWriter writer = new ClassWriter(0);
    type.accept(writer);
    made.put(type.name, writer.toByteArray());
    return made;
  }

  private void rewrite(MethodNode method, AbstractInsnNode instruction) {
    if (instruction instanceof InvokeDynamicInsnNode dynamic && LambdaClass.suits(dynamic)) {
      LambdaClass lambda = new LambdaClass(type, dynamic, made.size());
      made.put(lambda.name(), lambda.bytes());
      method.instructions.set(dynamic, lambda.creation());
    } else if (instruction instanceof MethodInsnNode call && call.name.equals("<init>")) {
      cast(method, call);
    }
  }

  /** A type of another package may not be named, even where one may pass what extends it. */
  private void cast(MethodNode method, MethodInsnNode constructor) {
    Type used = usedAs(next(constructor), method);
    if (used.getSort() == Type.OBJECT
        && !used.getInternalName().equals(constructor.owner)
        && (used.equals(THROWABLE)
            || packageOf(used.getInternalName()).equals(packageOf(type.name)))) {
      method.instructions.insert(
          constructor, new TypeInsnNode(Opcodes.CHECKCAST, used.getInternalName()));
    }
  }

  private static String packageOf(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('/')));
  }

  private static AbstractInsnNode next(AbstractInsnNode instruction) {
    AbstractInsnNode next = instruction.getNext();
    while (next.getType() == AbstractInsnNode.LABEL || next.getType() == AbstractInsnNode.LINE) {
      next = next.getNext();
    }
    return next;
  }

  /**
   * As what the instruction takes the top of the stack; void where it does not, or takes anything.
   * Behind a constructor the top is the new object, unless that is its subclass's call: then the
   * next instruction takes nothing.
   */
  private static Type usedAs(AbstractInsnNode instruction, MethodNode method) {
    if (instruction instanceof MethodInsnNode call) {
      Type[] parameters = Type.getArgumentTypes(call.desc);
      return parameters.length == 0 ? Type.VOID_TYPE : parameters[parameters.length - 1];
    }
    return switch (instruction.getOpcode()) {
      case Opcodes.ARETURN -> Type.getReturnType(method.desc);
      case Opcodes.ATHROW -> THROWABLE;
      default -> Type.VOID_TYPE;
    };
  }
}
