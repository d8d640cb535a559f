<h1>{{title}}</h1>
% for tea in teas:
<p>{{tea}}</p>
% end
