// Lucene behind two pipes: requests on standard input, answers on standard output.
//
// A message is a number of strings; each is a length and as many bytes of UTF-8. Its first string
// names the call. `lucene.py` starts this file with `java -cp lucene-core.jar LuceneProcess.java`,
// which compiles it in memory.

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.Version;

public final class LuceneProcess {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int WRITER_MEGABYTES = 256;

    private IndexWriter writer;
    private DirectoryReader reader;
    private IndexSearcher searcher;

    public static void main(String[] arguments) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));
        LuceneProcess process = new LuceneProcess();
        while (true) {
            List<String> request;
            try {
                request = read(in);
            } catch (EOFException end) {
                return;
            }
            List<String> answer;
            try {
                answer = process.call(request);
            } catch (Exception error) {
                answer = List.of("error", error.toString());
            }
            write(out, answer);
        }
    }

    private static List<String> read(DataInputStream in) throws IOException {
        int n = in.readInt();
        List<String> strings = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            strings.add(new String(bytes, StandardCharsets.UTF_8));
        }
        return strings;
    }

    private static void write(DataOutputStream out, List<String> strings) throws IOException {
        out.writeInt(strings.size());
        for (String string : strings) {
            byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
        out.flush();
    }

    private List<String> call(List<String> request) throws IOException {
        List<String> rest = request.subList(1, request.size());
        switch (request.get(0)) {
            case "version":
                return List.of("done", Version.LATEST.toString());
            case "create":
                create(Path.of(rest.get(0)));
                return List.of("done");
            case "add":
                for (int i = 0; i < rest.size(); i += 2) {
                    writer.addDocument(document(rest.get(i), rest.get(i + 1)));
                }
                return List.of("done");
            case "finish":
                writer.close();
                return List.of("done");
            case "open":
                open(Path.of(rest.get(0)));
                return List.of("done");
            case "search":
                return search(rest);
            case "replace":
                replace(Path.of(rest.get(0)), rest.get(1), rest.subList(2, rest.size()));
                return List.of("done");
            default:
                throw new IllegalArgumentException(request.get(0));
        }
    }

    private void create(Path folder) throws IOException {
        // Every word counts: without stop words, as for the other engines.
        IndexWriterConfig config = new IndexWriterConfig(new StandardAnalyzer(CharArraySet.EMPTY_SET));
        config.setRAMBufferSizeMB(WRITER_MEGABYTES);
        writer = new IndexWriter(new MMapDirectory(folder), config);
    }

    private static Document document(String name, String text) {
        Document document = new Document();
        document.add(new StringField("document", name, Field.Store.NO));
        document.add(new TextField("text", text, Field.Store.YES));
        return document;
    }

    private void open(Path folder) throws IOException {
        Directory directory = new MMapDirectory(folder);
        reader = DirectoryReader.open(directory);
        searcher = new IndexSearcher(reader);
    }

    private void replace(Path folder, String name, List<String> texts) throws IOException {
        create(folder);
        writer.deleteDocuments(new Term("document", name));
        for (String text : texts) {
            writer.addDocument(document(name, text));
        }
        writer.close();
        DirectoryReader changed = DirectoryReader.openIfChanged(reader);
        if (changed != null) {
            reader.close();
            reader = changed;
            searcher = new IndexSearcher(reader);
        }
    }

    /** Returns nanoseconds by the clock and of this thread, the total, and the best texts. */
    private List<String> search(List<String> request) throws IOException {
        int limit = Integer.parseInt(request.get(1));
        long clock = System.nanoTime();
        long processor = THREADS.getCurrentThreadCpuTime();
        Query query = query(request.get(0), request.subList(2, request.size()));
        TopDocs found = searcher.search(
                query, new TopScoreDocCollectorManager(limit, Integer.MAX_VALUE));
        List<String> texts = new ArrayList<>();
        StoredFields stored = searcher.storedFields();
        for (ScoreDoc hit : found.scoreDocs) {
            texts.add(stored.document(hit.doc).get("text"));
        }
        processor = THREADS.getCurrentThreadCpuTime() - processor;
        clock = System.nanoTime() - clock;
        List<String> answer = new ArrayList<>();
        answer.add("done");
        answer.add(Long.toString(clock));
        answer.add(Long.toString(processor));
        answer.add(Long.toString(found.totalHits.value));
        answer.addAll(texts);
        return answer;
    }

    private static Query query(String type, List<String> words) {
        Term first = new Term("text", words.get(0));
        switch (type) {
            case "word":
                return new TermQuery(first);
            case "phrase":
                return new PhraseQuery("text", words.toArray(new String[0]));
            case "prefix":
                return new PrefixQuery(first);
            case "fuzzy":
                return new FuzzyQuery(first, 1, 0, Integer.MAX_VALUE >> 8, true);
            default:
                BooleanQuery.Builder all = new BooleanQuery.Builder();
                for (String word : words) {
                    all.add(new TermQuery(new Term("text", word)),
                            type.equals("all") ? BooleanClause.Occur.MUST : BooleanClause.Occur.SHOULD);
                }
                return all.build();
        }
    }
}
