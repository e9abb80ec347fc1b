package dev.warmpool.local.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node of a YAML document; a missing node has the value null. Immutable. */
record YamlNode(@Nullable Object value) {

  /** The member of a map; an absent node if there is none. */
  YamlNode get(String key) {
    return new YamlNode(value instanceof Map<?, ?> map ? map.get(key) : null);
  }

  /** This map with the members that only the other has, as SAM merges {@code Globals}. */
  YamlNode over(YamlNode base) {
    Map<String, Object> merged = new LinkedHashMap<>();
    base.members().forEach((key, member) -> merged.put(key, member.value()));
    members().forEach((key, member) -> merged.put(key, member.over(base.get(key)).value()));
    return merged.isEmpty() ? (isAbsent() ? base : this) : new YamlNode(merged);
  }

  boolean isAbsent() {
    return value == null;
  }

  /** The value as text, or the given text if the node is absent. */
  String text(String absent) {
    return value == null ? absent : String.valueOf(value);
  }

  /** The elements of a list; empty if this is no list. */
  List<YamlNode> items() {
    return value instanceof List<?> list ? list.stream().map(YamlNode::new).toList() : List.of();
  }

  /** The members of a map; empty if this is no map. */
  Map<String, YamlNode> members() {
    Map<String, YamlNode> members = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, member) -> members.put(String.valueOf(key), new YamlNode(member)));
    }
    return members;
  }
}
