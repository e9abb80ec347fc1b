package dev.warmpool.archive;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_INTERFACE;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ACC_SUPER;
import static org.objectweb.asm.Opcodes.ACC_SYNTHETIC;

import java.util.stream.IntStream;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.GeneratorAdapter;
import org.objectweb.asm.commons.Method;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * The class of one lambda expression or method reference, as {@code LambdaMetafactory} would make
 * it at run time. It holds what the expression captures; where that is nothing, there is one
 * instance, as there. Confined to one thread.
 */
final class LambdaClass {

  private static final Type OBJECT = Type.getType(Object.class);
  private static final String ONLY = "ONLY";

  private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
  private final ClassNode host;
  private final Type self;
  private final Type[] captured;
  private final Method constructor;
  private final Method creation;

  /**
   * @param host the class that has the expression; it gets a method for this one to call
   * @param number tells it from the host's others
   */
  LambdaClass(ClassNode host, InvokeDynamicInsnNode expression, int number) {
    this.host = host;
    this.self = Type.getObjectType(host.name + "$$L" + number);
    this.captured = Type.getArgumentTypes(expression.desc);
    this.constructor = new Method("<init>", Type.VOID_TYPE, captured);
    this.creation = new Method("create", expression.desc);
    int access = ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC;
    String[] interfaces = {creation.getReturnType().getInternalName()};
    writer.visit(host.version, access, name(), null, OBJECT.getInternalName(), interfaces);
    writeConstructor();
    writeCreation();
    Method bridge =
        writeBridge(new Reference((Handle) expression.bsmArgs[1]), "lambda$bridge$" + number);
    writeCall(new Method(expression.name, expression.bsmArgs[0].toString()), bridge);
  }

  /** Whether it is an expression to make such a class of: none that has to box or unbox. */
  static boolean suits(InvokeDynamicInsnNode dynamic) {
    if (!dynamic.bsm.getOwner().equals("java/lang/invoke/LambdaMetafactory")
        || !dynamic.bsm.getName().equals("metafactory")) {
      return false;
    }
    Type declared = (Type) dynamic.bsmArgs[0];
    Reference reference = new Reference((Handle) dynamic.bsmArgs[1]);
    Type[] given = declared.getArgumentTypes();
    Type[] taken = reference.taken();
    int captured = taken.length - given.length;
    return IntStream.range(0, given.length).allMatch(i -> isCast(given[i], taken[captured + i]))
        && (declared.getReturnType() == Type.VOID_TYPE
            || isCast(reference.returned(), declared.getReturnType()));
  }

  private static boolean isCast(Type from, Type to) {
    return from.equals(to) || from.getSort() >= Type.ARRAY && to.getSort() >= Type.ARRAY;
  }

  /** Its internal name. */
  String name() {
    return self.getInternalName();
  }

  byte[] bytes() {
    return writer.toByteArray();
  }

  /** What stands in the place of the expression. */
  MethodInsnNode creation() {
    return new MethodInsnNode(
        Opcodes.INVOKESTATIC, name(), creation.getName(), creation.getDescriptor());
  }

  private GeneratorAdapter method(int access, Method method) {
    return new GeneratorAdapter(access, method, null, null, writer);
  }

  private static void end(GeneratorAdapter code) {
    code.returnValue();
    code.endMethod();
  }

  private void writeConstructor() {
    GeneratorAdapter code = method(ACC_PRIVATE, constructor);
    code.loadThis();
    code.invokeConstructor(OBJECT, new Method("<init>", "()V"));
    for (int i = 0; i < captured.length; i++) {
      int access = ACC_PRIVATE | ACC_FINAL;
      writer.visitField(access, "captured" + i, captured[i].getDescriptor(), null, null);
      code.loadThis();
      code.loadArg(i);
      code.putField(self, "captured" + i, captured[i]);
    }
    end(code);
  }

  private void writeCreation() {
    GeneratorAdapter code = method(ACC_STATIC, creation);
    if (captured.length == 0) {
      writeOnly();
      code.getStatic(self, ONLY, self);
    } else {
      construct(code);
    }
    end(code);
  }

  private void writeOnly() {
    int access = ACC_PRIVATE | ACC_STATIC | ACC_FINAL;
    writer.visitField(access, ONLY, self.getDescriptor(), null, null);
    GeneratorAdapter code = method(ACC_STATIC, new Method("<clinit>", "()V"));
    construct(code);
    code.putStatic(self, ONLY, self);
    end(code);
  }

  private void construct(GeneratorAdapter code) {
    code.newInstance(self);
    code.dup();
    code.loadArgs();
    code.invokeConstructor(self, constructor);
  }

  private Method writeBridge(Reference reference, String name) {
    int access = ACC_STATIC | ACC_SYNTHETIC | (isInterface() ? ACC_PUBLIC : 0);
    MethodNode bridge = reference.bridge(name, access);
    host.methods.add(bridge);
    return new Method(name, bridge.desc);
  }

  private boolean isInterface() {
    return (host.access & ACC_INTERFACE) != 0;
  }

  private void writeCall(Method declared, Method bridge) {
    Type[] given = declared.getArgumentTypes();
    Type[] taken = bridge.getArgumentTypes();
    GeneratorAdapter code = method(ACC_PUBLIC, declared);
    for (int i = 0; i < captured.length; i++) {
      code.loadThis();
      code.getField(self, "captured" + i, captured[i]);
      cast(code, captured[i], taken[i]);
    }
    for (int i = 0; i < given.length; i++) {
      code.loadArg(i);
      cast(code, given[i], taken[captured.length + i]);
    }
    code.visitMethodInsn(
        Opcodes.INVOKESTATIC, host.name, bridge.getName(), bridge.getDescriptor(), isInterface());
    if (declared.getReturnType() != Type.VOID_TYPE) {
      cast(code, bridge.getReturnType(), declared.getReturnType());
    } else if (bridge.getReturnType().getSize() == 2) {
      code.pop2();
    } else if (bridge.getReturnType().getSize() == 1) {
      code.pop();
    }
    end(code);
  }

  private static void cast(GeneratorAdapter code, Type from, Type to) {
    if (!from.equals(to) && !to.equals(OBJECT)) {
      code.checkCast(to);
    }
  }
}
