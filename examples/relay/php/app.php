<?php
ini_set('display_errors', '0');
$answer = function (int $status, string $text = '') { http_response_code($status); exit($text); };
[$relay, $token, $secret] = array_map('getenv', ['RELAY_URL', 'SHOP_API_TOKEN', 'SHOP_WEBHOOK_SECRET']);
$key = (string) base64_decode(substr((string) $secret, strlen('whsec_')), true);
if (!$relay || !$token || strlen($key) < 24) $answer(500, 'RELAY_URL, SHOP_API_TOKEN or SHOP_WEBHOOK_SECRET is not set');
$db = new PDO('sqlite:shop.db');
$db->exec('create table if not exists orders (merchant_oid text primary key, paid integer);
    create table if not exists messages (webhook_id text primary key)');
$run = fn (string $sql, ...$values) => [$done = $db->prepare($sql), $done->execute($values)][0];
switch ($_SERVER['REQUEST_METHOD'] . ' ' . strtok($_SERVER['REQUEST_URI'], '?')) {
case 'GET /':
    $page = '<form action=/buy method=post><button>Kalem, 129.90 TL</button></form>';
    foreach ($run('select merchant_oid, paid from orders') as [$oid, $paid]) $page .= "<p>$oid: $paid kuruş paid";
    $answer(200, $page);
case 'POST /buy':
    $order = ['amount' => 12990, 'description' => 'Kalem', 'buyer' => ['email' => 'ayse@example.com',
        'name' => 'Ayşe Yılmaz', 'address' => 'İzmir', 'phone' => '05001112233', 'ip' => $_SERVER['REMOTE_ADDR']]];
    $call = stream_context_create(['http' => ['method' => 'POST', 'content' => json_encode($order), 'timeout' => 30,
        'ignore_errors' => true, 'header' => ['content-type: application/json', "authorization: Bearer $token"]]]);
    $opened = json_decode((string) file_get_contents("$relay/orders", false, $call), true);
    if (!isset($opened['page_url'])) $answer(502, $opened['message'] ?? 'the relay does not answer');
    $run('insert into orders values (?, 0)', $opened['merchant_oid']);
    $answer(303, (string) header("location: $opened[page_url]"));
case 'POST /paid':  // the first five lines are what a library of Standard Webhooks does
    foreach (['ID', 'TIMESTAMP', 'SIGNATURE'] as $name) $given[] = $_SERVER["HTTP_WEBHOOK_$name"] ?? '';
    [[$id, $time, $signed], $body] = [$given, file_get_contents('php://input')];
    $right = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$time.$body", $key, true));
    $is_signed = array_filter(explode(' ', $signed), fn ($one) => hash_equals($right, $one));
    if (!$is_signed || !ctype_digit($time) || abs(time() - (int) $time) > 300) $answer(401, 'not from the relay');
    ['type' => $type, 'data' => $data] = json_decode($body, true);
    $db->beginTransaction();  // remembered and booked, or neither
    $first = $run('insert or ignore into messages values (?)', $id)->rowCount();
    $book = 'update orders set paid = paid + ? where merchant_oid = ?';
    if ($first && $type === 'payment.paid' && !$run($book, $data['total'], $data['merchant_oid'])->rowCount())
        $answer(404);  // not taken: the relay goes on telling it
    $answer($db->commit() ? 204 : 500);
}
$answer(404);
