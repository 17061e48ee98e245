// libqftp in C++17: a handle that frees itself, errors as exceptions, payload in and out of std::string.
//
//     export FTP_HOST=ftp.example.com FTP_USER=joe FTP_PASSWORD=word
//     ./raii /dev/ttyUSB2 hello.txt
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <qftp.h>

namespace ftp {

struct Error : std::runtime_error {
    explicit Error(const qftp_error &error)
        : std::runtime_error(error.message), status(error.status), reply(error.ftp_reply) {}
    std::int32_t status;
    std::uint32_t reply;
};

struct Entry {
    std::string name;
    std::uint64_t size;
};

class Client {
public:
    explicit Client(const std::string &port)
    {
        qftp_client *opened = nullptr;
        qftp_error error;
        QFTP_INIT(error);
        if (qftp_client_open(port.c_str(), nullptr, &opened, &error) != QFTP_OK)
            throw Error(error);
        client_.reset(opened);
    }

    void login(const qftp_login_options &options) { check(qftp_client_login(client_.get(), &options)); }

    void put(const std::string &remote, const std::string &content)
    {
        check(qftp_client_put_buffer(client_.get(), content.data(), content.size(), remote.c_str(), nullptr, nullptr));
    }

    std::string get(const std::string &remote)
    {
        std::string content;
        check(qftp_client_get_callback(client_.get(), remote.c_str(), append, &content, nullptr, nullptr));
        return content;
    }

    std::vector<Entry> list(const std::string &path)
    {
        std::vector<Entry> entries;
        check(qftp_client_list(client_.get(), path.c_str(), collect, &entries));
        return entries;
    }

    void close() { check(qftp_client_logout(client_.get())); }

private:
    struct Free {
        void operator()(qftp_client *client) const { qftp_client_free(client); }
    };

    void check(qftp_status status)
    {
        if (status == QFTP_OK)
            return;
        qftp_error error;
        QFTP_INIT(error);
        qftp_client_last_error(client_.get(), &error);
        throw Error(error);
    }

    // No exception may leave a callback: running out of memory ends the transfer instead.
    static int append(const void *data, std::size_t length, void *user) noexcept
    try {
        static_cast<std::string *>(user)->append(static_cast<const char *>(data), length);
        return 0;
    } catch (const std::exception &) {
        return 1;
    }

    static int collect(const qftp_entry *entry, void *user) noexcept
    try {
        static_cast<std::vector<Entry> *>(user)->push_back({entry->name, entry->bytes});
        return 0;
    } catch (const std::exception &) {
        return 1;
    }

    std::unique_ptr<qftp_client, Free> client_;
};

} // namespace ftp

int main(int argc, char **argv)
try {
    if (argc != 3) {
        std::cerr << "usage: raii PORT REMOTE\n";
        return EXIT_FAILURE;
    }
    const std::string remote = argv[2], content = "Hello from C++\n";
    const char *port = std::getenv("FTP_PORT");

    qftp_login_options login;
    QFTP_INIT(login);
    login.host = std::getenv("FTP_HOST");
    login.port = port ? static_cast<std::uint32_t>(std::stoul(port)) : 21;
    login.user = std::getenv("FTP_USER");
    login.password = std::getenv("FTP_PASSWORD");

    ftp::Client client(argv[1]);
    client.login(login);
    client.put(remote, content);
    if (client.get(remote) != content)
        throw std::runtime_error("something else came back");
    for (const auto &entry : client.list("."))
        std::cout << entry.name << ' ' << entry.size << '\n';
    client.close();
    return EXIT_SUCCESS;
} catch (const ftp::Error &error) {
    std::cerr << "raii: " << error.what() << " (status " << error.status << ", FTP " << error.reply << ")\n";
    return EXIT_FAILURE;
} catch (const std::exception &error) {
    std::cerr << "raii: " << error.what() << '\n';
    return EXIT_FAILURE;
}
