package dev.warmpool.archive;

import java.util.stream.Stream;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.GeneratorAdapter;
import org.objectweb.asm.tree.MethodNode;

/** What an expression refers to: a method or constructor, or the body of a lambda. Immutable. */
record Reference(Handle handle) {

  /** What a new object takes of the stack beside its constructor's arguments. */
  private static final int CREATED = 2;

  private boolean isConstructor() {
    return handle.getTag() == Opcodes.H_NEWINVOKESPECIAL;
  }

  Type returned() {
    return isConstructor()
        ? Type.getObjectType(handle.getOwner())
        : Type.getReturnType(handle.getDesc());
  }

  /** The receiver, where there is one, and the arguments. */
  Type[] taken() {
    Stream<Type> receiver =
        isConstructor() || handle.getTag() == Opcodes.H_INVOKESTATIC
            ? Stream.empty()
            : Stream.of(Type.getObjectType(handle.getOwner()));
    return Stream.concat(receiver, Stream.of(Type.getArgumentTypes(handle.getDesc())))
        .toArray(Type[]::new);
  }

  /** A method for the class that has the expression, which calls this with that class's rights. */
  MethodNode bridge(String name, int access) {
    String descriptor = Type.getMethodDescriptor(returned(), taken());
    MethodNode bridge = new MethodNode(access, name, descriptor, null, null);
    GeneratorAdapter code = new GeneratorAdapter(bridge, access, name, descriptor);
    if (isConstructor()) {
      code.newInstance(returned());
      code.dup();
    }
    code.loadArgs();
    code.visitMethodInsn(
        opcode(), handle.getOwner(), handle.getName(), handle.getDesc(), handle.isInterface());
    code.returnValue();
    int size = Type.getArgumentsAndReturnSizes(descriptor) >> 2;
    bridge.visitMaxs(size + CREATED, size);
    return bridge;
  }

  private int opcode() {
    return switch (handle.getTag()) {
      case Opcodes.H_INVOKESTATIC -> Opcodes.INVOKESTATIC;
      case Opcodes.H_INVOKEVIRTUAL -> Opcodes.INVOKEVIRTUAL;
      case Opcodes.H_INVOKEINTERFACE -> Opcodes.INVOKEINTERFACE;
      default -> Opcodes.INVOKESPECIAL;
    };
  }
}
