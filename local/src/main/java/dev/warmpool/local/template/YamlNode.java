package dev.warmpool.local.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place in the YAML tree, which is asked for what may not be there. Immutable. */
record YamlNode(@Nullable Object value) {

  YamlNode get(String key) {
    return new YamlNode(value instanceof Map<?, ?> map ? map.get(key) : null);
  }

  boolean isAbsent() {
    return value == null;
  }

  String text(String absent) {
    return value == null ? absent : String.valueOf(value);
  }

  /** The elements; none where it is no list. */
  List<YamlNode> items() {
    return value instanceof List<?> list ? list.stream().map(YamlNode::new).toList() : List.of();
  }

  Map<String, YamlNode> members() {
    Map<String, YamlNode> members = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, member) -> members.put(String.valueOf(key), new YamlNode(member)));
    }
    return members;
  }
}
