package dev.warmpool.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The runner's arguments. Immutable.
 *
 * @param template the template, or the folder that holds it
 * @param help whether to print the help and end
 */
record CommandLine(Path template, boolean help) {

  static final String HELP =
      """
      Runs the Java functions of a SAM template on this machine.

      java -jar warmpool-local.jar [--template FILE] [--help]

        --template FILE  the template, or its folder; by default template.yaml or
                         template.yml in this folder
        --help           prints this text

      Settings are environment variables, such as LOCAL_HTTP_PORT=3000, LOCAL_AUTH=jwt
      and LOCAL_AWS=own. With POSTGRES_HOST and the other POSTGRES_ variables set, the
      functions use that server, otherwise an embedded PostgreSQL.
      """;

  private static final String TEMPLATE = "--template";
  private static final String USAGE = "arguments are [--template FILE] [--help]";

  /**
   * Parses the arguments.
   *
   * @param folder the working directory
   * @throws StartupException if an argument is wrong
   */
  static CommandLine of(String[] arguments, Path folder) {
    Optional<Path> template = Optional.empty();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (argument.equals("--help") || argument.equals("-h")) {
        return new CommandLine(folder, true);
      }
      if (argument.startsWith(TEMPLATE + "=")) {
        template = Optional.of(named(argument.substring(TEMPLATE.length() + 1), folder));
      } else if (argument.equals(TEMPLATE) || argument.equals("-t")) {
        template = Optional.of(named(++i < arguments.length ? arguments[i] : "", folder));
      } else {
        throw new StartupException("'%s' is no argument: %s".formatted(argument, USAGE));
      }
    }
    return new CommandLine(template.orElse(folder), false);
  }

  private static Path named(String file, Path folder) {
    if (file.isBlank() || file.startsWith("--")) {
      throw new StartupException("%s names no file: %s".formatted(TEMPLATE, USAGE));
    }
    Path template = folder.resolve(file).normalize();
    if (!Files.exists(template)) {
      throw new StartupException("the template %s does not exist".formatted(template));
    }
    return template;
  }
}
