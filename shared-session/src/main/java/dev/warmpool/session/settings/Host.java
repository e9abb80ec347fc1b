package dev.warmpool.session.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code POSTGRES_HOST}: a host name or an IP address, and nothing else. */
final class Host {

  private static final String NAME = "POSTGRES_HOST";

  /** 1 to 63 characters, as DNS has it, with the underscores that names of containers have. */
  private static final String LABEL = "[\\p{L}\\p{M}\\p{N}_-]{1,63}";

  /** The dot at the end is that of a name that no search domain is added to. */
  private static final Pattern HOST_NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*\\.?");

  /** With a colon, so that {@link InetAddress} asks no name server, and perhaps with its zone. */
  private static final Pattern IPV6 =
      Pattern.compile("(?=[^%]*:.*:)([0-9a-fA-F:][0-9a-fA-F:.]+)(%[\\w.-]+)?");

  private static final String WITH_PORT = "(\\[.*]|[^:]*):\\d*";

  /** What may be shown. Other characters are those of a URL, which can have a password. */
  private static final String HARMLESS = "[\\p{L}\\p{M}\\p{N}_.:,%\\[\\]\\s\\p{Z}-]*";

  private Host() {}

  /** The host; empty if it is missing or no host, which is a fault. */
  static String from(SettingsReader reader) {
    String value = reader.required(NAME, "the server's host name");
    String fault = value.isEmpty() ? null : fault(value);
    if (fault == null) {
      return value;
    }
    if (value.matches(HARMLESS)) {
      reader.fault(NAME, value, fault);
    } else {
      reader.fault(NAME + " is not shown, as it could have a password: " + fault);
    }
    return "";
  }

  private static @Nullable String fault(String value) {
    if (HOST_NAME.matcher(value).matches() || isIpv6(value)) {
      return null;
    }
    if (value.contains("/") || value.contains("@")) {
      return "must be a host name alone, no URL or path; set POSTGRES_PORT, POSTGRES_DB and"
          + " POSTGRES_USER to the other parts";
    }
    if (value.contains(",")) {
      return "must be one host, since no list is tried in turn; set it to the cluster's endpoint";
    }
    if (value.chars().anyMatch(Host::isBlank)) {
      return "must not have white space around it or in it";
    }
    if (value.matches(WITH_PORT)) {
      String port = value.substring(value.lastIndexOf(':') + 1);
      return "must not have a port; set POSTGRES_PORT" + (port.isEmpty() ? "" : " to " + port);
    }
    return "must be a host name or an IP address, without brackets and without empty parts";
  }

  private static boolean isBlank(int character) {
    return Character.isWhitespace(character) || Character.isSpaceChar(character);
  }

  private static boolean isIpv6(String value) {
    Matcher address = IPV6.matcher(value);
    try {
      return address.matches() && InetAddress.getByName(address.group(1)).getAddress().length > 0;
    } catch (UnknownHostException malformed) {
      return false;
    }
  }
}
