/* The floor: what the kernel alone takes for a request and its answer.
 *
 * One thread, one epoll, and for each request one recv and one send. It understands nothing: a
 * request is over with its empty line, or a body of the length given at the start, and every answer
 * is the same bytes. So it shows the least that a server on this kernel can spend, in any language.
 * It is no server: it believes its peer in everything, also that a head arrives in one piece.
 *
 * floor PORT ANSWER_BYTES UPLOAD_BYTES keep|close
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, ROOM = 64 * 1024, MOST = 65536 };

struct connection {
    size_t upload; /* bytes of the request's body still to come */
    size_t answer; /* bytes of the answer still to send */
    int full;      /* the kernel takes no more of it now; watched for room instead of requests */
};

static struct connection connections[MOST]; /* by descriptor */
static char room[ROOM];
static char *answer;
static size_t answer_length, upload_length;
static int poller, closing;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void prepare_answer(size_t body_length)
{
    int head = asprintf(&answer, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n%sContent-Length: %zu\r\n\r\n",
                        closing ? "Connection: close\r\n" : "", body_length);
    if (head < 0 || !(answer = realloc(answer, head + body_length)))
        fail("memory");
    memset(answer + head, 'f', body_length);
    answer_length = head + body_length;
}

static int listen_on(int port)
{
    int yes = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 2048))
        fail("listen");
    return listener;
}

static void watch(int fd, int how, unsigned events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(poller, how, fd, &event))
        fail("epoll_ctl");
}

static void accept_all(int listener)
{
    int fd, yes = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        if (fd >= MOST) {
            close(fd);
            continue;
        }
        connections[fd] = (struct connection){0};
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        watch(fd, EPOLL_CTL_ADD, EPOLLIN);
    }
}

/* Sends what is left of the answer; false when the connection has ended. */
static int flush(int fd, struct connection *this)
{
    ssize_t sent = send(fd, answer + answer_length - this->answer, this->answer, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN)
        return 0;
    this->answer -= sent < 0 ? 0 : sent;
    if (this->full != (this->answer > 0)) {
        this->full = this->answer > 0;
        watch(fd, EPOLL_CTL_MOD, this->full ? EPOLLOUT : EPOLLIN);
    }
    return this->answer || !closing;
}

/* True when these bytes end a request. */
static int ends_request(struct connection *this, const char *data, size_t length)
{
    if (!upload_length)
        return length >= 4 && !memcmp(data + length - 4, "\r\n\r\n", 4);
    if (!this->upload) {
        const char *end = memmem(data, length, "\r\n\r\n", 4);
        if (!end)
            return 0;
        this->upload = upload_length;
        length -= end + 4 - data;
    }
    this->upload -= length;
    return !this->upload;
}

/* Receives once and answers a whole request; false when the connection has ended. */
static int receive(int fd, struct connection *this)
{
    ssize_t length = recv(fd, room, ROOM, 0);
    if (length <= 0)
        return length < 0 && errno == EAGAIN;
    if (!ends_request(this, room, length))
        return 1;
    this->answer = answer_length;
    return flush(fd, this);
}

int main(int count, char **words)
{
    if (count != 5) {
        fprintf(stderr, "usage: floor PORT ANSWER_BYTES UPLOAD_BYTES keep|close\n");
        return 2;
    }
    closing = !strcmp(words[4], "close");
    upload_length = strtoul(words[3], NULL, 10);
    prepare_answer(strtoul(words[2], NULL, 10));
    int listener = listen_on(atoi(words[1]));
    poller = epoll_create1(0);
    watch(listener, EPOLL_CTL_ADD, EPOLLIN);
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(poller, events, EVENTS, -1);
        for (int at = 0; at < ready; at++) {
            int fd = events[at].data.fd;
            struct connection *this = &connections[fd];
            if (fd == listener)
                accept_all(listener);
            else if (!(this->answer ? flush(fd, this) : receive(fd, this)))
                close(fd);
        }
    }
}
