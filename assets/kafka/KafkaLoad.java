import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The Java client at work, for the lab and the tests. Every record carries its number and a checksum of itself, so that
 * lost, repeated and damaged records are told apart. One JSON line on standard output says what was seen; progress goes
 * to standard error. Arguments: COMMAND PROPERTIES-FILE key=value…
 * A key with a dot is a client setting and overrides the file.
 */
public final class KafkaLoad {
  private final Properties common = new Properties();
  private final Map<String, String> args = new HashMap<>();

  public static void main(String[] argv) throws Exception {
    KafkaLoad load = new KafkaLoad();
    try (FileInputStream in = new FileInputStream(argv[1])) {
      load.common.load(in);
    }
    for (String pair : Arrays.asList(argv).subList(2, argv.length)) {
      int at = pair.indexOf('=');
      String key = pair.substring(0, at), value = pair.substring(at + 1);
      if (key.contains(".")) load.common.setProperty(key, value);
      else load.args.put(key, value);
    }
    switch (argv[0]) {
      case "admin" -> load.admin();
      case "produce" -> load.produce();
      case "consume" -> load.consume();
      case "group" -> load.group();
      case "transactions" -> load.transactions();
      case "idle" -> load.idle();
      case "visit" -> load.visit();
      default -> throw new IllegalArgumentException("unknown command " + argv[0]);
    }
  }

  private String topic() { return args.get("topic"); }

  private int number(String name, int otherwise) { return Integer.parseInt(args.getOrDefault(name, Integer.toString(otherwise))); }

  private static void say(String json) { System.out.println(json); }

  /** Creates the topic (an existing one is fine) and lists the brokers by the names the cluster advertises. */
  private void admin() throws Exception {
    try (Admin admin = Admin.create(with("default.api.timeout.ms", "30000", "request.timeout.ms", "10000"))) {
      if (topic() != null && !admin.listTopics().names().get().contains(topic())) {
        admin.createTopics(List.of(new NewTopic(topic(), number("partitions", 6), (short) number("replicas", 3)))).all().get();
      }
      List<String> nodes = new ArrayList<>();
      admin.describeCluster().nodes().get().stream()
          .sorted((a, b) -> Integer.compare(a.id(), b.id()))
          .forEach(node -> nodes.add("\"" + node.host() + ":" + node.port() + "\""));
      say("{\"brokers\":[" + String.join(",", nodes) + "]}");
    }
  }

  /** Who is there, by the cluster's own id, and `count` records in and out: enough to know that the whole way works. */
  private void visit() throws Exception {
    int count = number("count", 50);
    String clusterId;
    try (Admin admin = Admin.create(with("default.api.timeout.ms", "15000", "request.timeout.ms", "10000"))) {
      clusterId = admin.describeCluster().clusterId().get();
      admin.createTopics(List.of(new NewTopic(topic(), 3, (short) -1))).all().get();
    }
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int i = 0; i < count; i++) producer.send(new ProducerRecord<>(topic(), payload(i, 32)));
      producer.flush();
    }
    Tally tally = new Tally();
    long start = System.nanoTime();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(topic())) {
      consumer.assign(consumer.partitionsFor(topic()).stream().map(each -> new TopicPartition(each.topic(), each.partition())).toList());
      consumer.seekToBeginning(consumer.assignment());
      while (tally.unique() < count && System.nanoTime() - start < Duration.ofSeconds(15).toNanos())
        consumer.poll(Duration.ofMillis(100)).forEach(tally::add);
    }
    say(tally.json((System.nanoTime() - start) / 1e9) + ",\"clusterId\":\"" + clusterId + "\"}");
  }

  static byte[] payload(int number, int bytes) {
    byte[] value = new byte[Math.max(bytes, 16)];
    for (int i = 12; i < value.length; i++) value[i] = (byte) (number * 31 + i);
    value[0] = (byte) (number >>> 24); value[1] = (byte) (number >>> 16); value[2] = (byte) (number >>> 8); value[3] = (byte) number;
    long sum = checksum(value);
    for (int i = 0; i < 8; i++) value[4 + i] = (byte) (sum >>> (56 - 8 * i));
    return value;
  }

  /** CRC32 of the number and the filler, not of the checksum itself. */
  static long checksum(byte[] value) {
    CRC32 crc = new CRC32();
    crc.update(value, 0, 4);
    crc.update(value, 12, value.length - 12);
    return crc.getValue();
  }

  static int numberOf(byte[] v) { return (v[0] & 255) << 24 | (v[1] & 255) << 16 | (v[2] & 255) << 8 | (v[3] & 255); }

  static boolean sound(byte[] v) {
    if (v.length < 16) return false;
    long sum = 0;
    for (int i = 0; i < 8; i++) sum = sum << 8 | (v[4 + i] & 255);
    return sum == checksum(v);
  }

  private Properties with(String... pairs) {
    Properties all = new Properties();
    all.putAll(common);
    for (int i = 0; i < pairs.length; i += 2) all.setProperty(pairs[i], pairs[i + 1]);
    return all;
  }

  private KafkaProducer<byte[], byte[]> producer(String... pairs) {
    Properties all = with("acks", "all", "enable.idempotence", "true", "delivery.timeout.ms", "180000",
        "request.timeout.ms", "10000", "linger.ms", "5", "batch.size", "65536");
    for (int i = 0; i < pairs.length; i += 2) all.setProperty(pairs[i], pairs[i + 1]);
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Idempotent. Counts what was acknowledged; `rate` (records per second, 0: as fast as possible) spreads the load. */
  private void produce() throws Exception {
    int count = number("count", 1000), bytes = number("bytes", 100), rate = number("rate", 0), first = number("first", 0), report = number("report", 100_000);
    AtomicLong acknowledged = new AtomicLong(), failed = new AtomicLong();
    long[] micros = new long[count];
    long start = System.nanoTime();
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int i = 0; i < count; i++) {
        if (rate > 0) {
          long due = start + (long) (i * 1e9 / rate), wait = due - System.nanoTime();
          if (wait > 0) Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
        }
        final int index = i;
        final long sent = System.nanoTime();
        byte[] key = Integer.toString(first + i).getBytes(StandardCharsets.US_ASCII);
        producer.send(new ProducerRecord<>(topic(), key, payload(first + i, bytes)), (meta, error) -> {
          micros[index] = (System.nanoTime() - sent) / 1000;
          if (error == null) acknowledged.incrementAndGet();
          else if (failed.incrementAndGet() <= 3) System.err.println("not acknowledged: " + error);
        });
        if ((i + 1) % report == 0) System.err.println("sent " + (i + 1));
      }
      producer.flush();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Arrays.sort(micros);
    say(String.format("{\"acknowledged\":%d,\"failed\":%d,\"seconds\":%.3f,\"p50Ms\":%.2f,\"p99Ms\":%.2f}",
        acknowledged.get(), failed.get(), seconds, micros[count / 2] / 1e3, micros[(int) (count * 0.99)] / 1e3));
  }

  private KafkaConsumer<byte[], byte[]> consumer(String group, String... pairs) {
    Properties all = with("group.id", group, "auto.offset.reset", "earliest", "enable.auto.commit", "false",
        "session.timeout.ms", "10000", "heartbeat.interval.ms", "1000", "max.poll.records", "5000");
    for (int i = 0; i < pairs.length; i += 2) all.setProperty(pairs[i], pairs[i + 1]);
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** What came, by record number. */
  private static final class Tally {
    final BitSet seen = new BitSet();
    long received, repeated, damaged;

    synchronized void add(ConsumerRecord<byte[], byte[]> record) {
      received++;
      if (!sound(record.value())) { damaged++; return; }
      int number = numberOf(record.value());
      if (seen.get(number)) repeated++;
      seen.set(number);
    }

    synchronized int unique() { return seen.cardinality(); }

    String json(double seconds) {
      return String.format("{\"received\":%d,\"unique\":%d,\"repeated\":%d,\"damaged\":%d,\"seconds\":%.3f", received, unique(), repeated, damaged, seconds);
    }
  }

  /**
   * A commit may come too late (the coordinator was lost, a rebalance has begun): the records are then read once more,
   * which is what at-least-once means. A reader that ends over it would be wrong.
   */
  private static void commit(KafkaConsumer<byte[], byte[]> consumer) {
    try {
      consumer.commitSync();
    } catch (CommitFailedException | RetriableException late) {
      System.err.println("commit: " + late);
    }
  }

  /** Where each partition ends at this moment, records of open transactions included. */
  private Map<TopicPartition, Long> ends() throws Exception {
    try (Admin admin = Admin.create(with("default.api.timeout.ms", "30000", "request.timeout.ms", "10000"))) {
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      admin.describeTopics(List.of(topic())).allTopicNames().get().get(topic()).partitions()
          .forEach(each -> latest.put(new TopicPartition(topic(), each.partition()), OffsetSpec.latest()));
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin.listOffsets(latest).all().get().forEach((partition, found) -> ends.put(partition, found.offset()));
      return ends;
    }
  }

  private static boolean isBehind(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return consumer.assignment().containsAll(ends.keySet())
        && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /**
   * Reads until `count` different records came; with `until=end` to where every partition ended when it began, which a
   * reader of committed records passes once each transaction before it is decided. Nothing new for `quietSeconds` ends both.
   */
  private void consume() throws Exception {
    boolean untilEnd = "end".equals(args.get("until"));
    Map<TopicPartition, Long> ends = untilEnd ? ends() : Map.of();
    boolean atEnd = false;
    int count = untilEnd ? Integer.MAX_VALUE : number("count", 1000);
    Duration quiet = Duration.ofSeconds(number("quietSeconds", 60));
    Tally tally = new Tally();
    long start = System.nanoTime(), last = start;
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(args.getOrDefault("group", "lab"), "isolation.level", args.getOrDefault("isolation", "read_uncommitted"))) {
      consumer.subscribe(List.of(topic()));
      while (!atEnd && tally.unique() < count && System.nanoTime() - last < quiet.toNanos()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          tally.add(record);
          last = System.nanoTime();
        }
        commit(consumer);
        atEnd = untilEnd && isBehind(consumer, ends);
      }
    }
    say(tally.json((System.nanoTime() - start) / 1e9) + (untilEnd ? ",\"atEnd\":" + atEnd : "") + "}");
  }

  /** Two members of one group; the second joins once the first has read some, which rebalances; together they read all. */
  private void group() throws Exception {
    int count = number("count", 1000);
    Tally tally = new Tally();
    AtomicLong rebalances = new AtomicLong();
    long start = System.nanoTime(), deadline = start + Duration.ofSeconds(number("deadlineSeconds", 120)).toNanos();
    List<Thread> members = new ArrayList<>();
    long[] each = new long[2];
    for (int member = 0; member < 2; member++) {
      final int me = member;
      Thread thread = new Thread(() -> {
        while (me == 1 && each[0] == 0 && System.nanoTime() < deadline) Thread.onSpinWait();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("pair", "max.poll.records", "200")) {
          consumer.subscribe(List.of(topic()), new ConsumerRebalanceListener() {
            @Override public void onPartitionsRevoked(Collection<TopicPartition> gone) { commit(consumer); }
            @Override public void onPartitionsAssigned(Collection<TopicPartition> got) { rebalances.incrementAndGet(); }
          });
          // The first member leaves room until the second has its share; otherwise it would read everything alone.
          while ((tally.unique() < count || each[1] == 0) && System.nanoTime() < deadline) {
            if (me == 0 && each[1] == 0 && tally.unique() > count / 2) consumer.pause(consumer.assignment());
            else if (me == 0) consumer.resume(consumer.assignment());
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
              tally.add(record);
              each[me]++;
            }
            commit(consumer);
          }
        }
      });
      members.add(thread);
      thread.start();
    }
    for (Thread thread : members) thread.join();
    say(tally.json((System.nanoTime() - start) / 1e9) + String.format(",\"members\":[%d,%d],\"rebalances\":%d}", each[0], each[1], rebalances.get()));
  }

  /** Commits `count` records and aborts as many with higher numbers: a read_committed consumer must see only the first. */
  private void transactions() {
    int count = number("count", 1000), bytes = number("bytes", 100);
    try (KafkaProducer<byte[], byte[]> producer = producer("transactional.id", "lab-" + topic())) {
      producer.initTransactions();
      for (boolean commit : new boolean[] {false, true}) {
        producer.beginTransaction();
        for (int i = 0; i < count; i++) {
          int number = commit ? i : count + i;
          producer.send(new ProducerRecord<>(topic(), Integer.toString(number).getBytes(StandardCharsets.US_ASCII), payload(number, bytes)));
        }
        producer.flush();
        if (commit) producer.commitTransaction();
        else producer.abortTransaction();
      }
    }
    say("{\"committed\":" + count + ",\"aborted\":" + count + "}");
  }

  /** Sends one record, waits for a line on standard input, sends another: what a quiet stream does over an idle timeout. */
  private void idle() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      producer.send(new ProducerRecord<>(topic(), payload(0, 32))).get();
      say("{\"sent\":1}");
      System.in.read();
      producer.send(new ProducerRecord<>(topic(), payload(1, 32))).get();
      say("{\"sent\":2}");
    }
  }
}
