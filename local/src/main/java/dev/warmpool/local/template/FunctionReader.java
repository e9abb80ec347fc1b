package dev.warmpool.local.template;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads the functions of a template that run on this machine. Confined to one reading. */
final class FunctionReader {

  private static final int DEFAULT_TIMEOUT = 3;
  private static final int DEFAULT_MEMORY = 128;
  private static final Pattern JAVA = Pattern.compile("java\\d+(\\..+)?");

  /** Properties that have no effect on this machine. */
  private static final List<String> UNAPPLIED = List.of("FunctionUrlConfig", "Layers");

  private final Path folder;
  private final YamlNode globals;
  private final Intrinsics intrinsics;
  private final List<String> notes = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  /**
   * Creates a reader.
   *
   * @param folder the template's folder
   * @param globals the template's section {@code Globals}
   */
  FunctionReader(Path folder, YamlNode globals, Intrinsics intrinsics) {
    this.folder = folder;
    this.globals = globals.get("Function");
    this.intrinsics = intrinsics;
  }

  /** Functions that are left out and properties that are not applied, one line each. */
  List<String> notes() {
    return notes;
  }

  /** What makes the template invalid, one line each. */
  List<String> faults() {
    return faults;
  }

  /** Reads an {@code AWS::Serverless::Function}; empty if it cannot run here. */
  Optional<FunctionDefinition> function(String name, YamlNode properties) {
    Optional<String> reason = reason(properties);
    if (reason.isPresent()) {
      notes.add("%s (%s)".formatted(name, reason.get()));
      return Optional.empty();
    }
    UNAPPLIED.stream()
        .filter(part -> !property(properties, part).isAbsent())
        .forEach(part -> notes.add("%s of %s".formatted(part, name)));
    return Optional.of(
        new FunctionDefinition(
            name,
            required(name, properties, "Handler"),
            folder.resolve(required(name, properties, "CodeUri")).normalize(),
            environment(properties),
            number(name, properties, "Timeout").orElse(DEFAULT_TIMEOUT),
            number(name, properties, "MemorySize").orElse(DEFAULT_MEMORY),
            number(name, properties, "ReservedConcurrentExecutions"),
            new FunctionDefinition.Calling(
                alias(properties),
                intrinsics
                    .text(property(properties, "TenancyConfig").get("TenantIsolationMode"))
                    .equals("PER_TENANT"))));
  }

  /** Why a function cannot run here; empty if it can. */
  private Optional<String> reason(YamlNode properties) {
    String runtime = intrinsics.text(property(properties, "Runtime"));
    YamlNode code = property(properties, "CodeUri");
    if (intrinsics.text(property(properties, "PackageType")).equals("Image")) {
      return Optional.of("a container image");
    }
    if (!runtime.isBlank() && !JAVA.matcher(runtime).matches()) {
      return Optional.of("runtime " + runtime);
    }
    if (!property(properties, "InlineCode").isAbsent()) {
      return Optional.of("its code is in the template");
    }
    boolean remote = !code.get("Bucket").isAbsent() || intrinsics.text(code).startsWith("s3://");
    return remote ? Optional.of("its code is in S3") : Optional.empty();
  }

  private Optional<String> alias(YamlNode properties) {
    return Optional.of(intrinsics.text(property(properties, "AutoPublishAlias")))
        .filter(alias -> !alias.isBlank());
  }

  /** A property of the function, or else of {@code Globals}. */
  YamlNode property(YamlNode properties, String name) {
    YamlNode own = intrinsics.chosen(properties.get(name));
    return own.isAbsent() ? intrinsics.chosen(globals.get(name)) : own;
  }

  private String required(String function, YamlNode properties, String name) {
    String value = intrinsics.text(property(properties, name));
    if (value.isBlank()) {
      faults.add(function + " has no " + name);
    }
    return value;
  }

  private OptionalInt number(String function, YamlNode properties, String name) {
    YamlNode node = property(properties, name);
    if (node.isAbsent()) {
      return OptionalInt.empty();
    }
    String text = intrinsics.text(node);
    try {
      return OptionalInt.of(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      faults.add("%s of %s is '%s': must be a whole number".formatted(name, function, text));
      return OptionalInt.empty();
    }
  }

  private Map<String, String> environment(YamlNode properties) {
    Map<String, YamlNode> variables = new LinkedHashMap<>();
    variables.putAll(variables(globals));
    variables.putAll(variables(properties));
    Map<String, String> environment = new LinkedHashMap<>();
    variables.forEach(
        (name, value) -> {
          if (!intrinsics.chosen(value).isAbsent()) {
            environment.put(name, intrinsics.text(value));
          }
        });
    return environment;
  }

  private static Map<String, YamlNode> variables(YamlNode function) {
    return function.get("Environment").get("Variables").members();
  }
}
