package dev.warmpool.archive;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Every kind of expression, told apart by what comes of it. Confined to one thread. */
public final class Sample implements Supplier<List<Object>> {

  private final String own = "own";

  /** What can be the body of an interface. */
  interface Defaults {
    String name();

    default Supplier<String> named(String prefix) {
      return () -> prefix + name() + hidden();
    }

    private String hidden() {
      return "!";
    }

    static Supplier<String> constant() {
      return () -> "constant";
    }
  }

  /** Looked at only when what makes it is verified. */
  static class Base {}

  static final class Derived extends Base {}

  private static Base derived() {
    return new Derived();
  }

  private String hidden(long number, int[] numbers) {
    return own + number + numbers.length;
  }

  private static Supplier<Integer> same() {
    return () -> 1;
  }

  /** One result for each expression. */
  @Override
  public List<Object> get() {
    List<Object> results = new ArrayList<>();
    long number = 1L << 40;
    int[] numbers = {1, 2};
    Runnable nothing = () -> results.add("ran");
    nothing.run();
    Runnable discards = results::size;
    discards.run();
    Supplier<String> capturing = () -> hidden(number, numbers);
    results.add(capturing.get());
    BiFunction<Sample, String, String> unbound = Sample::with;
    results.add(unbound.apply(this, "argument"));
    Function<String, String> bound = this::with;
    results.add(bound.apply("argument"));
    Function<Integer, List<String>> constructor = ArrayList::new;
    results.add(constructor.apply(3));
    IntFunction<int[]> array = int[]::new;
    results.add(array.apply(4).length);
    ToIntFunction<String> length = String::length;
    results.add(length.applyAsInt("four"));
    Function<String, Integer> boxed = String::length;
    results.add(boxed.apply("three"));
    LongSupplier wide = () -> number;
    results.add(wide.getAsLong());
    Function<CharSequence, Object> general = CharSequence::toString;
    results.add(general.apply("general"));
    Supplier<String> serializable = (Supplier<String> & Serializable) () -> "serializable";
    results.add(serializable.get());
    Defaults defaults = () -> "name";
    results.add(defaults.named("a ").get());
    results.add(Defaults.constant().get());
    results.add(same() == same());
    results.add(derived() instanceof Derived);
    return results;
  }

  private String with(String text) {
    return own + text;
  }
}
